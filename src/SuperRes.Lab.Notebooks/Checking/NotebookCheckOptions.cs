namespace SuperRes.Lab.Notebooks.Checking;

/// <summary>What is asked of a notebook.</summary>
public sealed record NotebookCheckOptions
{
    /// <summary>Whether current outputs must be stored; default true. False for clean twins.</summary>
    public bool RequireOutputs { get; init; } = true;

    /// <summary>The largest file, in bytes; default 2,000,000.</summary>
    public long MaxBytes { get; init; } = 2_000_000;

    /// <summary>Names that outputs must not hold; default: this machine's and this user's, unless they are everyday words.</summary>
    public IReadOnlyList<string> PrivateNames { get; init; } = Identity();

    private static string[] Identity()
    {
        // Accounts that many machines have, whose names mean nothing and are words of the field besides ("root mean square").
        string[] everyday =
        [
            "root", "user", "users", "runner", "admin", "administrator", "vscode", "codespace", "ubuntu", "debian", "app", "localhost",
                "test",
        ];
        return [.. new[] { Environment.MachineName, Environment.UserName }
            .Where(name => name.Length >= 3 && !everyday.Contains(name, StringComparer.OrdinalIgnoreCase))];
    }
}

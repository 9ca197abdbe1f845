namespace SuperRes.Lab.IO;

/// <summary>Where a person's own files are, found in one way everywhere.</summary>
public static class HomeFolder
{
    /// <summary>The home folder.</summary>
    /// <param name="environment">Reads a variable of the environment.</param>
    /// <param name="instead">What may be set in place of HOME, for the message.</param>
    /// <returns>A rooted path: HOME, or what the system knows of the user.</returns>
    /// <exception cref="InputException">There is none, or it is not rooted: files would land in the working folder.</exception>
    public static string Find(Func<string, string?> environment, string instead)
    {
        string found = environment("HOME") is { Length: > 0 } named ? named
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        return Path.IsPathRooted(found) ? found : throw new InputException(found.Length == 0
            ? $"There is no home folder, as HOME is not set; set HOME or {instead}."
            : $"HOME is {found}, which does not start at the root; set HOME or {instead} to a whole path.");
    }

    /// <summary>A folder that a variable names.</summary>
    /// <param name="environment">Reads a variable of the environment.</param>
    /// <param name="variable">The variable.</param>
    /// <returns>Its rooted path; null where the variable is not set.</returns>
    /// <exception cref="InputException">It names a path that is not rooted.</exception>
    public static string? Named(Func<string, string?> environment, string variable)
        => environment(variable) is not { Length: > 0 } named ? null
            : Path.IsPathRooted(named) ? named
            : throw new InputException($"{variable} is {named}, which does not start at the root; give a whole path.");
}

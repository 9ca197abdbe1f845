using SuperRes.Lab.IO;

namespace SuperRes.Lab.Weights;

/// <summary>A file of pretrained weights that the build puts beside the library.</summary>
public sealed record BundledWeight
{
    /// <summary>Its name in the folder "weights" beside the library.</summary>
    public required string FileName { get; init; }

    /// <summary>Its SHA-256 in hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The package that it is taken out of, with its version.</summary>
    public required string Source { get; init; }

    /// <summary>Under which terms it may be used.</summary>
    public required string Licence { get; init; }

    /// <summary>Where the build puts it.</summary>
    public string Path => System.IO.Path.Combine(Folder, FileName);

    private static string Folder => System.IO.Path.Combine(
        System.IO.Path.GetDirectoryName(typeof(BundledWeight).Assembly.Location) is { Length: > 0 } library ? library
            : AppContext.BaseDirectory, "weights");

    /// <summary>The file, where the build brought it.</summary>
    /// <returns>Its path; null where this build has none.</returns>
    /// <exception cref="InputException">It is there and is not the right one.</exception>
    public string? TryFind()
    {
        if (!File.Exists(Path))
        {
            return null;
        }

        string actual = VerifiedHash.Of(Path);
        return Sha256Check.Matches(actual, Sha256)
            ? Path
            : throw new InputException($"{Path} is not the file of {Source}: its sha256 is {actual}, and {Sha256} was expected; build the "
                + $"project again.");
    }
}

namespace SuperRes.Lab.Datasets;

/// <summary>One file of a data set as its authors publish it.</summary>
public sealed record DatasetFile
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is, first choice first; the others are mirrors.</summary>
    public required IReadOnlyList<Uri> Sources { get; init; }

    /// <summary>Its size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Its SHA-256 in hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The folder that an archive unpacks to, within the set's folder; null for a file that is used as it is.</summary>
    public string? Unpacked { get; init; }

    /// <summary>How many files that folder holds directly, at least, when the archive is unpacked.</summary>
    public int UnpackedFiles { get; init; }

    /// <summary>What may be unpacked at most: photos hardly compress, so four times the archive is generous.</summary>
    internal ExtractionLimits Limits =>
        new() { MaxEntries = Math.Max(100_000, UnpackedFiles * 8), MaxBytes = Math.Max(Size * 4, 1L << 28) };

    internal DatasetFileState StateIn(string root)
    {
        if (Unpacked is not null && CountFiles(Path.Combine(root, Unpacked)) >= UnpackedFiles)
        {
            return DatasetFileState.Ready;
        }

        var file = new FileInfo(Path.Combine(root, Name));
        return !file.Exists ? DatasetFileState.Missing : Unpacked is null ? DatasetFileState.Ready : DatasetFileState.Packed;
    }

    private static int CountFiles(string folder) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Count() : -1;
}

/// <summary>How far a file of a data set is.</summary>
public enum DatasetFileState
{
    /// <summary>It is not there.</summary>
    Missing,

    /// <summary>The archive is there and not unpacked yet.</summary>
    Packed,

    /// <summary>It can be used.</summary>
    Ready,
}

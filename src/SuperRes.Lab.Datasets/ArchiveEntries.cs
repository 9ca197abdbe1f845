using System.Text;

namespace SuperRes.Lab.Datasets;

/// <summary>Checks what an archive wants to write, entry by entry: names, kinds, number and size.</summary>
internal sealed class ArchiveEntries(string archive, long archiveBytes, ExtractionLimits limits)
{
    private static readonly HashSet<string> Reserved = new(
        ["con", "prn", "aux", "nul", .. Enumerable.Range(1, 9).SelectMany(i => new[] { $"com{i}", $"lpt{i}" })],
            StringComparer.OrdinalIgnoreCase);

    // Names are compared without case: on some file systems Photo.jpg and photo.jpg are one file.
    private readonly HashSet<string> _files = new(StringComparer.OrdinalIgnoreCase);
    private int _count;
    private long _bytes;

    /// <summary>Number of files so far.</summary>
    public int Files => _files.Count;

    /// <summary>Bytes of content so far.</summary>
    public long Bytes => _bytes;

    /// <summary>Checks the name of the next entry.</summary>
    /// <returns>The name's parts; none for the archive's own root.</returns>
    /// <exception cref="InputException">The name leads out of the folder, can't be a file's name everywhere, or there are too many
    /// entries.</exception>
    public string[] Accept(string name, bool isFile)
    {
        if (++_count > limits.MaxEntries)
        {
            throw Refused($"it holds more than {limits.MaxEntries:N0} entries");
        }

        string shown = Shown(name), plain = name.Replace('\\', '/');
        if (plain.StartsWith('/') || (plain.Length > 1 && plain[1] == ':'))
        {
            throw Refused($"its entry \"{shown}\" has an absolute path");
        }

        string[] parts = [.. plain.Split('/').Where(part => part is not ("" or "."))];
        if (parts.Contains("..", StringComparer.Ordinal))
        {
            throw Refused($"its entry \"{shown}\" leads out of the folder");
        }

        if (parts.Any(IsImpossible) || (isFile && parts.Length == 0))
        {
            throw Refused($"its entry \"{shown}\" has a name that no file can have everywhere");
        }

        string whole = string.Join('/', parts);
        if (isFile && !_files.Add(whole))
        {
            throw Refused($"it holds \"{shown}\" twice");
        }

        for (int i = 1; i < parts.Length + (isFile ? 0 : 1); i++)
        {
            if (_files.Contains(string.Join('/', parts[..i])))
            {
                throw Refused($"\"{shown}\" lies in something that is a file there");
            }
        }

        return parts;
    }

    /// <summary>Counts content, before it is written.</summary>
    /// <exception cref="InputException">It passes a limit.</exception>
    public void Add(long bytes)
    {
        _bytes += bytes;
        RequireBytes(_bytes);
    }

    /// <summary>Holds a size against the limits.</summary>
    public void RequireBytes(long bytes)
    {
        if (bytes > limits.MaxBytes)
        {
            throw Refused($"its content passes the limit of {limits.MaxBytes:N0} bytes");
        }

        if (bytes > ExtractionLimits.RatioFloor && bytes > archiveBytes * limits.MaxRatio)
        {
            throw Refused($"its content is more than {limits.MaxRatio:0.#} times as large as its {archiveBytes:N0} bytes, as in an "
                + $"archive made to fill disks");
        }
    }

    /// <summary>The refusal of the archive.</summary>
    public InputException Refused(string why, Exception? inner = null) =>
        new($"{archive} is not unpacked: {why}; get the archive from its publisher again.", inner);

    /// <summary>The refusal of an entry that is no plain file or folder.</summary>
    public InputException NoFile(string name, string kind) => Refused($"its entry \"{Shown(name)}\" is {kind}");

    private static bool IsImpossible(string part) =>
        part.Length > 255 || part.EndsWith(' ') || part.EndsWith('.') || Reserved.Contains(part.Split('.')[0])
        || part.Any(sign => char.IsControl(sign) || sign is ':' or '*' or '?' or '"' or '<' or '>' or '|');

    private static string Shown(string name)
    {
        var text = new StringBuilder();
        foreach (char sign in name.Length > 80 ? name[..80] + "…" : name)
        {
            text.Append(char.IsControl(sign) ? '?' : sign);
        }

        return text.ToString();
    }
}

using System.IO.Hashing;
using System.Text.Json;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Inference;

/// <summary>
/// What a folder's results were made of and how, one line each in a hidden file beside them: a result counts as done only where both are
/// the same, and a file that is not in it is somebody else's.
/// </summary>
internal sealed class ResultLedger
{
    /// <summary>The hidden file's name.</summary>
    public const string FileName = ".superres-results.jsonl";

    private readonly Dictionary<string, Dictionary<string, Entry>> _folders = [];

    /// <summary>What stands at a result's place.</summary>
    public enum Place
    {
        /// <summary>Nothing.</summary>
        Free,

        /// <summary>The result of this source with these settings.</summary>
        Done,

        /// <summary>A result of this program, of another source or with other settings.</summary>
        Stale,

        /// <summary>A file that this program did not write, or that was changed since.</summary>
        Foreign,
    }

    /// <summary>Does for nothing what each photo needs, so that it is compiled when one comes.</summary>
    public static void Prepare()
    {
        const int MoreThanBlock = 2048;
        var hash = new XxHash128();
        hash.Append(new byte[MoreThanBlock]);
        var entry = new Entry("", Convert.ToHexStringLower(hash.GetCurrentHash()), "", 0);
        _ = JsonSerializer.Deserialize<Entry>(JsonSerializer.Serialize(entry, OptionsJson.Compact), OptionsJson.Compact);
    }

    /// <summary>Looks at a result's place.</summary>
    public Place Look(string input, string output, string recipe)
    {
        if (!File.Exists(output))
        {
            return Place.Free;
        }

        Entry? entry = Find(output) ?? FindAnew(output);
        return entry is null || (entry.Bytes is { } bytes && bytes != new FileInfo(output).Length) ? Place.Foreign
            : entry.Bytes is not null && entry.Recipe == recipe && entry.Source == HashOf(input) ? Place.Done
            : Place.Stale;
    }

    /// <summary>The recipe of the result at a place; null where there is none that is known.</summary>
    public string? RecipeAt(string output) => Find(output)?.Recipe;

    /// <summary>Notes a result that is about to be written, so that a kill between both leaves no file that nobody knows.</summary>
    public void Begin(string input, string output, string recipe)
        => Add(output, new(Path.GetFileName(output), HashOf(input), recipe, null));

    /// <summary>Notes a result that was written.</summary>
    public void End(string output)
    {
        if (Find(output) is { } entry)
        {
            Add(output, entry with { Bytes = new FileInfo(output).Length });
        }
    }

    private static string HashOf(string path) => FileStamp.Guard(path, () =>
    {
        using FileStream file = File.OpenRead(path);
        var hash = new XxHash128();
        hash.Append(file);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    });

    private Entry? Find(string output)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(output))!;
        if (!_folders.TryGetValue(folder, out Dictionary<string, Entry>? entries))
        {
            _folders[folder] = entries = Read(Path.Combine(folder, FileName));
        }

        return entries.GetValueOrDefault(Path.GetFileName(output));
    }

    /// <summary>Another process may have noted a result meanwhile.</summary>
    private Entry? FindAnew(string output)
    {
        _folders.Remove(Path.GetDirectoryName(Path.GetFullPath(output))!);
        return Find(output);
    }

    private static Dictionary<string, Entry> Read(string path)
    {
        var entries = new Dictionary<string, Entry>(StringComparer.Ordinal);
        foreach (string line in File.Exists(path) ? FileStamp.Guard(path, () => File.ReadAllLines(path)) : [])
        {
            try
            {
                if (JsonSerializer.Deserialize<Entry>(line, OptionsJson.Compact) is { } entry)
                {
                    entries[entry.Name] = entry;
                }
            }
            catch (JsonException)
            {
                // A line that a kill cut short says nothing.
            }
        }

        return entries;
    }

    private void Add(string output, Entry entry)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(output))!;
        _ = Find(output);
        _folders[folder][entry.Name] = entry;
        Directory.CreateDirectory(folder);
        SharedAppend.Line(Path.Combine(folder, FileName), JsonSerializer.Serialize(entry, OptionsJson.Compact));
    }

    private sealed record Entry(string Name, string Source, string Recipe, long? Bytes);
}

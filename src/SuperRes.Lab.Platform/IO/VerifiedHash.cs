using System.Text.Json;

namespace SuperRes.Lab.IO;

/// <summary>A file's hash, remembered beside it as long as its size and time of writing stay the same.</summary>
internal static class VerifiedHash
{
    public static string NotePath(string path) => path + ".sha256.json";

    /// <summary>The file's SHA-256 in lower-case hexadecimal.</summary>
    public static string Of(string path)
    {
        var file = new FileInfo(path);
        (long size, long written) = (file.Length, file.LastWriteTimeUtc.Ticks);
        if (ReadNote(path) is { } note && note.Size == size && note.Written == written)
        {
            return note.Sha256;
        }

        string hash = Sha256Check.Compute(path);
        try
        {
            AtomicFile.WriteAllText(NotePath(path), JsonSerializer.Serialize(new Note(size, written, hash)));
        }
        catch (InputException)
        {
            // A folder that can't be written costs the computation each time, no more.
        }

        return hash;
    }

    private static Note? ReadNote(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Note>(File.ReadAllText(NotePath(path)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private sealed record Note(long Size, long Written, string Sha256);
}

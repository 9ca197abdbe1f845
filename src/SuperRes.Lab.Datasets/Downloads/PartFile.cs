using System.Text.Json;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Datasets;

/// <summary>
/// The incomplete file beside its target, and what is known of its source. It is held exclusively while it grows, so that two
/// processes that want the same file take turns.
/// </summary>
internal sealed class PartFile : IDisposable
{
    private readonly string _target;
    private FileStream? _stream;

    private PartFile(string target) => (_target, _stream) = (target, Open(target));

    public static string PathOf(string target) => target + ".part";

    public long Length => Stream.Length;

    private FileStream Stream => _stream ?? throw new ObjectDisposedException(nameof(PartFile));

    private string OriginPath => _target + ".part.json";

    /// <summary>Opens or creates it.</summary>
    /// <returns>Null while somebody else holds it.</returns>
    /// <exception cref="InputException">The folder can't be written.</exception>
    public static PartFile? TryOpen(string target)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
            return new PartFile(target);
        }
        catch (IOException e) when (IsHeldElsewhere(e))
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{PathOf(target)} can't be written: {e.Message.TrimEnd('.')}; check the folder's rights.", e);
        }
    }

    /// <summary>What says that a server's file is still the one that this part came from; null where that isn't known.</summary>
    public string? ValidatorFor(Uri source)
    {
        try
        {
            Origin? origin = JsonSerializer.Deserialize<Origin>(File.ReadAllText(OriginPath));
            return origin?.Source == source.AbsoluteUri ? origin.Validator : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Empties it and notes where its new content comes from.</summary>
    public void Restart(Uri source, string? validator)
    {
        Stream.SetLength(0);
        Stream.Position = 0;
        File.WriteAllText(OriginPath, JsonSerializer.Serialize(new Origin(source.AbsoluteUri, validator)));
    }

    public void SeekToEnd() => Stream.Seek(0, SeekOrigin.End);

    public void Append(ReadOnlySpan<byte> bytes) => Stream.Write(bytes);

    /// <summary>The SHA-256 of what is there, in lower-case hexadecimal.</summary>
    public string ComputeSha256(CancellationToken cancellation)
    {
        Stream.Flush();
        Stream.Position = 0;
        return Sha256Check.Compute(Stream, cancellation);
    }

    /// <summary>Removes it, with what was noted, and lets it go.</summary>
    public void Delete()
    {
        File.Delete(PathOf(_target));
        File.Delete(OriginPath);
        Dispose();
    }

    /// <summary>Gives it a name, flushed to the disk, and lets it go. It is held until it has the name.</summary>
    public void MoveTo(string path)
    {
        Stream.Flush(flushToDisk: true);
        File.Move(PathOf(_target), path, overwrite: true);
        File.Delete(OriginPath);
        Dispose();
    }

    /// <summary>Puts what came aside under another name and begins anew.</summary>
    public void PutAside(string path)
    {
        MoveTo(path);
        _stream = Open(_target);
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
    }

    // On Windows, a file can be renamed while it is open only where deletion is shared; that shares neither reading nor writing.
    private static FileStream Open(string target) =>
        new(PathOf(target), FileMode.OpenOrCreate, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None,
            1 << 16);

    /// <summary>Whether a file could not be opened because somebody else holds it.</summary>
    /// <remarks>Windows: sharing and lock violations. Unix: EWOULDBLOCK, which is 11 on Linux and 35 on macOS.</remarks>
    public static bool IsHeldElsewhere(IOException e) => OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) is 32 or 33 : e.HResult is 11
        or 35;

    private sealed record Origin(string Source, string? Validator);
}

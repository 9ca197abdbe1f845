namespace SuperRes.Lab.IO;

/// <summary>Writes a file aside, flushes it to the disk and then gives it its name, so that no reader ever meets half a file.</summary>
public static class AtomicFile
{
    private const int LongestName = 255, MarkLength = 8;

    /// <summary>Stands between a writer and its file, so that a test can let the disk be full; follows the calling thread's work.</summary>
    internal static AsyncLocal<Func<string, Stream, Stream>?> Disk { get; } = new();

    /// <summary>Writes a file through a stream.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="InputException">The folder or the file can't be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path), aside = Aside(full);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            using (var stream = new FileStream(aside, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                write(Disk.Value?.Invoke(full, stream) ?? stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(aside, full, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(aside);
            throw Unwritable(path, e);
        }
        catch
        {
            TryDelete(aside);
            throw;
        }
    }

    /// <summary>Finds out whether a file can be written, before the work that its content takes.</summary>
    /// <param name="path">The file; its folder is made where it is missing, and a file that is there is not touched.</param>
    /// <exception cref="InputException">The folder or the file can't be written.</exception>
    public static void RequireWritable(string path)
    {
        string full = Path.GetFullPath(path), aside = Aside(full);
        try
        {
            if (Directory.Exists(full))
            {
                throw new IOException("It is a folder");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            new FileStream(aside, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(aside);
            throw Unwritable(path, e);
        }
    }

    /// <summary>Writes bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content.</param>
    /// <exception cref="InputException">The folder or the file can't be written.</exception>
    public static void WriteAllBytes(string path, ReadOnlyMemory<byte> content) => Write(path, stream => stream.Write(content.Span));

    /// <summary>Writes text as UTF-8 without a byte-order mark.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content.</param>
    /// <exception cref="InputException">The folder or the file can't be written.</exception>
    public static void WriteAllText(string path, string content) => WriteAllBytes(path, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>Deletes what killed writers left in a folder: files under such names that nobody holds open.</summary>
    /// <param name="folder">The folder; it need not exist.</param>
    internal static void ClearLeftovers(string folder)
    {
        foreach (string path in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.tmp") : [])
        {
            ReadOnlySpan<char> name = Path.GetFileNameWithoutExtension(path.AsSpan());
            if (name.Length > MarkLength && name[^(MarkLength + 1)] == '.' && !name[^MarkLength..].ContainsAnyExcept("0123456789abcdef"))
            {
                try
                {
                    new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // It is being written, or is not ours to delete.
                }
            }
        }
    }

    /// <summary>The name under which a file is written first.</summary>
    private static string Aside(string full)
    {
        string end = "." + Guid.NewGuid().ToString("N")[..MarkLength] + ".tmp";

        // File systems end a name at 255 bytes; one that is just below stands aside under a name of its own.
        return System.Text.Encoding.UTF8.GetByteCount(Path.GetFileName(full)) + end.Length <= LongestName
            ? full + end
            : Path.Combine(Path.GetDirectoryName(full)!, end);
    }

    private static InputException Unwritable(string path, Exception e) => new(
        System.Text.Encoding.UTF8.GetByteCount(Path.GetFileName(path)) > LongestName
            ? $"{path} can't be written: its name has more than {LongestName} bytes; give a shorter one."
            : $"{path} can't be written: {e.Message.TrimEnd('.')}; check the folder's rights and the free space.",
        e);

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (IOException)
        {
            // The failure that brought us here says more than this one would.
        }
        catch (UnauthorizedAccessException)
        {
            // Likewise.
        }
    }
}

using System.Diagnostics;

namespace SuperRes.Lab.IO;

/// <summary>Keeps two processes from writing the same file, and looks after the place they write to.</summary>
internal static class FileLock
{
    private const int ReadOnlyFileSystem = 30; // Linux's EROFS
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Bytes free where a folder lies; replaced by tests.</summary>
    internal static Func<string, long> FreeSpace { get; set; } = folder =>
    {
        try
        {
            while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { Length: > 0 } parent)
            {
                folder = parent;
            }

            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // Unknown is not full: writing will show.
            return long.MaxValue;
        }
    };

    /// <summary>Waits until nobody else holds the lock. The empty file stays: deleting it would let two processes hold two files of one
    /// name.</summary>
    /// <exception cref="InputException">The file can't be made.</exception>
    public static FileStream Take(string path, CancellationToken cancellation) => TryTake(path, TimeSpan.MaxValue, cancellation)!;

    /// <summary>Takes the lock, and waits a while where a process that is just ending still holds it.</summary>
    /// <returns>The lock, to be disposed; null where somebody else holds it to the end of the time.</returns>
    /// <exception cref="InputException">The file can't be made.</exception>
    public static FileStream? TryTake(string path, TimeSpan patience, CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            FileStream? held = TryTake(path);
            if (held is not null || clock.Elapsed >= patience)
            {
                return held;
            }

            cancellation.WaitHandle.WaitOne(Pause);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Takes the lock, which ends with the process at the latest.</summary>
    /// <returns>The lock, to be disposed; null where somebody else holds it.</returns>
    /// <exception cref="InputException">The file can't be made.</exception>
    public static FileStream? TryTake(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path) && e.HResult != ReadOnlyFileSystem)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, e);
        }
    }

    /// <summary>Deletes what writers of the file that were killed have left; to be called under the lock.</summary>
    public static void DeleteLeftovers(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (string leftover in Directory.EnumerateFiles(folder, Path.GetFileName(path) + ".????????.tmp"))
        {
            File.Delete(leftover);
        }
    }

    private static InputException Unwritable(string path, Exception e) =>
        new($"{path} can't be written: {e.Message.TrimEnd('.')}; check the folder's rights.", e);
}

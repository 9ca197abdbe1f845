using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Inference;

/// <summary>How a file looked when its reading began.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Written">When it was last written.</param>
internal readonly record struct FileStamp(long Length, DateTime Written)
{
    /// <summary>The stamp of a file, or of the one that a link leads to.</summary>
    public static FileStamp Of(string path) => Guard(path, () =>
    {
        FileInfo file = ImageCodec.FileBehind(path);
        return new FileStamp(file.Length, file.LastWriteTimeUtc);
    });

    /// <summary>Refuses a file that changed since.</summary>
    public void RequireSame(string path, long? read = null)
    {
        if (Of(path) != this || (read is not null && read != Length))
        {
            throw new InputException($"{path} changed while it was read; wait until it is complete and run again.");
        }
    }

    /// <summary>Turns a failure to read into a sentence.</summary>
    public static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} can't be read: {e.Message.TrimEnd('.')}; check its rights and that nothing else is writing "
                + $"to it.", e);
        }
    }
}

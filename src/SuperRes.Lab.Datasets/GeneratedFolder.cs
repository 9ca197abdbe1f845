using System.Text.Json;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Datasets;

/// <summary>A folder that a generator fills: images by number, and a file that says which options drew them.</summary>
internal sealed class GeneratedFolder
{
    private readonly string _folder, _prefix;

    /// <summary>Claims a folder for a generator.</summary>
    /// <param name="folder">The folder; made where it is missing.</param>
    /// <param name="generator">The generator's name, also of its manifest.</param>
    /// <param name="prefix">What file names begin with.</param>
    /// <param name="version">Rises whenever an image of given options would look different, so that folders of two kinds never mix.</param>
    /// <param name="options">What decides the images.</param>
    /// <exception cref="InputException">The folder holds images of other options, or can't be written.</exception>
    public GeneratedFolder(string folder, string generator, string prefix, int version, object options)
    {
        (_folder, _prefix) = (folder, prefix);
        string path = Path.Combine(folder, generator + ".json");
        string wanted = JsonSerializer.Serialize(new { generator, version, options }, JsonSerializerOptions.Web);
        if (!File.Exists(path))
        {
            AtomicFile.WriteAllText(path, wanted);
        }
        else if (File.ReadAllText(path) != wanted)
        {
            throw new InputException($"{folder} holds {generator} images of other options ({path} says which); name another folder, or "
                + $"empty this one.");
        }
    }

    /// <summary>Draws the images that are missing, on all processors; while another process draws them, it waits for that.</summary>
    /// <param name="count">How many images there should be.</param>
    /// <param name="draw">Draws image i.</param>
    /// <param name="progress">Receives after each image how many are there; null for none.</param>
    /// <param name="cancellation">Stops between images; what is written stays.</param>
    /// <returns>How many were drawn.</returns>
    /// <exception cref="InputException">An image can't be written.</exception>
    public int Fill(int count, Func<int, RgbImage> draw, IProgress<int>? progress, CancellationToken cancellation)
    {
        // A folder that is complete may be read-only. What another process has drawn meanwhile isn't drawn over: it may be in use.
        if (Missing(count).Length == 0)
        {
            progress?.Report(count);
            return 0;
        }

        string lockFile = Path.Combine(_folder, $".{_prefix}.lock");
        using FileStream hold = FileLock.Take(lockFile, cancellation);
        int[] missing = Missing(count);
        int done = count - missing.Length;
        progress?.Report(done);
        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        try
        {
            Parallel.ForEach(missing, parallel, i =>
            {
                ImageCodec.Write(draw(i), FileName(i));
                progress?.Report(Interlocked.Increment(ref done));
            });
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<InputException>().FirstOrDefault() is { } input)
        {
            throw new InputException(input.Message, e);
        }

        Release(hold, lockFile);
        return missing.Length;
    }

    /// <summary>Refuses fewer than one image.</summary>
    public static void RequireCount(int count)
    {
        if (count < 1)
        {
            throw new InputException($"{count} images can't be drawn; ask for at least 1.");
        }
    }

    /// <summary>Lets go of a folder that is complete: whoever comes now or has waited finds nothing to draw.</summary>
    private static void Release(FileStream hold, string lockFile)
    {
        hold.Dispose();
        try
        {
            File.Delete(lockFile);
        }
        catch (IOException)
        {
            // Where a file in use can't be deleted, the next one to hold it deletes it.
        }
    }

    private int[] Missing(int count) => [.. Enumerable.Range(0, count).Where(i => !File.Exists(FileName(i)))];

    private string FileName(int index) => Path.Combine(_folder, FormattableString.Invariant($"{_prefix}-{index:D5}.png"));
}

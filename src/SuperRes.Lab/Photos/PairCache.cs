using System.IO.MemoryMappedFiles;
using SuperRes.Lab.Degradations;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Photos;

/// <summary>
/// Photos decoded once and kept as plain bytes in one memory-mapped file, so that training reads no JPEG. The file is written aside and
/// renamed, carries a version, a fingerprint of what it was made from and checksums, and is made again when its inputs change.
/// </summary>
public sealed class PairCache : PhotoSource, IDisposable
{
    private readonly PairCacheIndex _index;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly bool[] _checked;
    private readonly ImageFolder? _folder;

    private PairCache(string path, PairCacheIndex index, MemoryMappedFile file, ImageFolder? folder)
    {
        (Path, _index, _file, _folder) = (path, index, file, folder);
        _view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _checked = new bool[index.Entries.Count];
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What of each photo is kept.</summary>
    public PairCacheOptions Options => _index.Options;

    /// <summary>A hash over the photos and options that the cache was made from.</summary>
    public string Fingerprint => _index.Fingerprint;

    /// <summary>Photos that could not be decoded and are left out.</summary>
    public IReadOnlyList<BrokenImage> Broken => _index.Broken;

    /// <inheritdoc/>
    public override int Count => _index.Entries.Count;

    /// <summary>Opens the cache of a folder's photos, making it first where it is missing, damaged or made from something else.</summary>
    /// <param name="folder">The photos.</param>
    /// <param name="options">What of each photo is kept.</param>
    /// <param name="path">The cache's file. Another process that prepares the same file is waited for.</param>
    /// <param name="progress">Receives the number of photos that are done, from any thread; nothing when the cache exists.</param>
    /// <param name="cancellation">Ends the preparation; nothing half-written is left.</param>
    /// <returns>The open cache.</returns>
    /// <exception cref="InputException">A photo is smaller than the crop, more than 1 % can't be decoded, the disk is full, or the file
    /// can't be written.</exception>
    public static PairCache Prepare(
        ImageFolder folder, PairCacheOptions options, string path, IProgress<PrepareProgress>? progress = null,
            CancellationToken cancellation = default)
    {
        OptionRanges.Validate(options, "cache");
        folder.RequireSize(options.CropSize);
        string fingerprint = PairCacheIndex.FingerprintOf(folder, options);
        if (TryOpen(path, fingerprint, folder) is { } ready)
        {
            return ready;
        }

        using FileStream hold = FileLock.Take(path + ".lock", cancellation);
        // Whoever held the lock may have made it meanwhile.
        if (TryOpen(path, fingerprint, folder) is { } made)
        {
            return made;
        }

        FileLock.DeleteLeftovers(path);
        new PairCacheWriter(folder, options, fingerprint, progress, cancellation).Write(path);
        return TryOpen(path, fingerprint, folder)
            ?? throw new InputException($"{path} was overwritten while it was being prepared; prepare the experiment's data again.");
    }

    /// <summary>Opens a cache as it is.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The open cache.</returns>
    /// <exception cref="InputException">The file is missing, is no pair cache, is damaged, or has another version.</exception>
    public static PairCache Open(string path) => Open(path, folder: null);

    /// <inheritdoc/>
    public override string NameOf(int index) => _index.Entries[index].Name;

    /// <inheritdoc/>
    public override (int Width, int Height) SizeOf(int index) => (_index.Entries[index].Width, _index.Entries[index].Height);

    /// <inheritdoc/>
    public override RgbImage Read(int index)
    {
        RgbImage? image = null;
        View(index, 0, (photo, _) => image = new RgbImage(photo.Width, photo.Height, photo.Pixels.ToArray()));
        return image!;
    }

    /// <inheritdoc/>
    public override void CheckUnchanged() => _folder?.CheckUnchanged();

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    // A damaged picture is a fault of the cache, not of one photo: nothing else may stand in for it.
    internal override bool HasChanged(int index) => true;

    internal override unsafe void View<TState>(int index, TState state, PhotoReader<TState> reader)
    {
        PairCacheEntry entry = _index.Entries[index];
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            var pixels = new ReadOnlySpan<byte>(start + entry.Offset, (int)entry.Length);
            if (!Volatile.Read(ref _checked[index]))
            {
                Check(entry, pixels);
                Volatile.Write(ref _checked[index], true);
            }

            reader(new PhotoView(pixels, entry.Width, entry.Height), state);
        }
        finally
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    private static PairCache? TryOpen(string path, string fingerprint, ImageFolder folder)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            PairCache cache = Open(path, folder);
            if (cache.Fingerprint == fingerprint)
            {
                return cache;
            }

            cache.Dispose();
        }
        catch (InputException)
        {
            // Damaged, or of another version: it is made anew.
        }

        return null;
    }

    private static PairCache Open(string path, ImageFolder? folder)
    {
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            PairCacheIndex index = PairCacheIndex.Read(stream, path);
            var file =
                MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            return new PairCache(path, index, file, folder);
        }
        catch (Exception e)
        {
            stream?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new InputException($"{path} can't be read: {e.Message.TrimEnd('.')}; prepare the experiment's data first.", e);
            }

            throw;
        }
    }

    private void Check(PairCacheEntry entry, ReadOnlySpan<byte> pixels)
    {
        if (PairCacheIndex.Checksum(pixels) != entry.Checksum)
        {
            throw new InputException($"{Path} is damaged where it keeps {entry.Name}; delete it and prepare the experiment's data again.");
        }
    }
}

using SuperRes.Lab.Imaging;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Photos;

/// <summary>Decodes a folder's photos on all cores and writes them, in the folder's order, into a pair cache.</summary>
internal sealed class PairCacheWriter(
    ImageFolder folder, PairCacheOptions options, string fingerprint, IProgress<PrepareProgress>? progress, CancellationToken cancellation)
{
    private readonly List<PairCacheEntry> _entries = [];
    private readonly List<BrokenImage> _broken = [];

    public void Write(string path)
    {
        RequireSpace(path);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[PairCacheIndex.HeaderLength]);
            // Photos are decoded a few at a time: the file's order is the folder's, and memory stays bounded.
            int window = Environment.ProcessorCount * 2;
            for (int first = 0; first < folder.Count; first += window)
            {
                int count = Math.Min(window, folder.Count - first);
                var pictures = new List<(string Name, RgbImage Image)>?[count];
                var faults = new BrokenImage?[count];
                ParallelWork.For(count, i => (pictures[i], faults[i]) = Decode(first + i), cancellation);
                for (int i = 0; i < count; i++)
                {
                    Append(stream, pictures[i], faults[i]);
                    progress?.Report(new PrepareProgress(first + i + 1, folder.Count));
                }

                cancellation.ThrowIfCancellationRequested();
            }

            new PairCacheIndex(fingerprint, folder.Root, options, _broken, _entries).Write(stream);
        });
    }

    private void Append(Stream stream, List<(string Name, RgbImage Image)>? pictures, BrokenImage? fault)
    {
        if (fault is not null)
        {
            _broken.Add(fault);
            ImageFolder.CheckBroken(folder.Root, _broken, folder.Count);
        }

        foreach ((string name, RgbImage image) in pictures ?? [])
        {
            _entries.Add(new PairCacheEntry(name, image.Width, image.Height, stream.Position, PairCacheIndex.Checksum(image.Pixels)));
            stream.Write(image.Pixels);
        }
    }

    private (List<(string Name, RgbImage Image)>? Pictures, BrokenImage? Fault) Decode(int index)
    {
        try
        {
            return (Keep(index, folder.Read(index)), null);
        }
        catch (InputException e) when (!folder.HasChanged(index))
        {
            return (null, new BrokenImage(folder.Photos[index].Name, e.Message));
        }
    }

    private List<(string Name, RgbImage Image)> Keep(int index, RgbImage photo)
    {
        string name = folder.Photos[index].Name;
        int side = options.KeptSide, shorter = Math.Min(photo.Width, photo.Height);
        switch (options.Content)
        {
            case CacheContent.Resized when shorter > side:
                int width = (int)Math.Round((double)photo.Width * side / shorter),
                    height = (int)Math.Round((double)photo.Height * side / shorter);
                return [(name, Resampler.Resize(photo, Math.Max(width, side), Math.Max(height, side), options.Filter))];
            case CacheContent.Crops:
                var random = new RandomStream(options.Seed, "cache crops", index);
                (int w, int h) = (Math.Min(side, photo.Width), Math.Min(side, photo.Height));
                return [.. Enumerable.Range(0, options.CropsPerImage).Select(
                    i => ($"{name} (part {i + 1})",
                        photo.Crop(random.NextInt(photo.Width - w + 1), random.NextInt(photo.Height - h + 1), w, h)))];
            default:
                return [(name, photo)];
        }
    }

    private void RequireSpace(string path)
    {
        double bytes = folder.Photos.Sum(photo => KeptPixels(photo) * 3.0);
        string place = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(place);
        long free = FileLock.FreeSpace(place);
        if (bytes > free)
        {
            throw new InputException(
                $"{place} has {free / 1e9:0.0} GB free, and the pair cache of {folder.Root} needs {bytes / 1e9:0.0} GB; free some space "
                    + $"or choose a smaller size.");
        }
    }

    private double KeptPixels(PhotoFile photo)
    {
        double side = options.KeptSide, shrink = Math.Min(1, side / photo.ShorterSide);
        return options.Content switch
        {
            CacheContent.Resized => photo.Width * shrink * photo.Height * shrink,
            CacheContent.Crops => Math.Min(side, photo.Width) * Math.Min(side, photo.Height) * options.CropsPerImage,
            _ => (double)photo.Width * photo.Height,
        };
    }
}

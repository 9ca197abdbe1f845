using SuperRes.Lab.Experiments;
using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Datasets;

/// <summary>Dead-leaves images as the source of an experiment: drawn from its seed into the data folder when they are needed.</summary>
internal sealed class DeadLeavesPhotoSet : IPhotoSet
{
    public bool HasOfficialSplit => false;

    public (int Count, string Words) Expect(string dataFolder, PhotoSetRequest request) =>
        (request.Count, $"{request.Count} generated dead-leaves images");

    public (string Root, IReadOnlyList<PhotoSetItem> Items) Open(
        string dataFolder, PhotoSetRequest request, Action<string>? log, CancellationToken cancellation)
    {
        string folder = Path.Combine(
            dataFolder, "generated", $"dead-leaves-{request.Size}px-{request.Count}-seed{request.Seed}");
        int there = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.png").Count() : 0;
        if (there < request.Count)
        {
            log?.Invoke(
                $"Generating {request.Count - there} dead-leaves images of {request.Size} px in {LabFolders.Shown(folder)}.");
        }

        DeadLeaves.WriteFolder(folder, request.Count, request.Size, request.Seed, cancellation: cancellation);
        return (folder, [.. Directory.EnumerateFiles(folder, "*.png").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)
            .Select(name => new PhotoSetItem(name, Class: null, SplitSide.None))]);
    }
}

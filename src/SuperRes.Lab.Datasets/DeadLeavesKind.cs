using SuperRes.Lab.Experiments;
using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Datasets;

/// <summary>A kind of generated pictures, such as the petals and the fur of chapter 11: so many, of fixed options,
/// whatever the seed.</summary>
internal sealed class DeadLeavesKind(string name, int count, DeadLeavesOptions options) : IPhotoSet
{
    public bool HasOfficialSplit => false;

    public (int Count, string Words) Expect(string dataFolder, PhotoSetRequest request) => (count, $"{count} generated pictures of {name}");

    public (string Root, IReadOnlyList<PhotoSetItem> Items) Open(
        string dataFolder, PhotoSetRequest request, Action<string>? log, CancellationToken cancellation)
    {
        string folder = Path.Combine(dataFolder, "generated", name);
        if (!Directory.Exists(folder))
        {
            log?.Invoke($"Generating {count} pictures of {name}, {options.Size} px, in {LabFolders.Shown(folder)}.");
        }

        DeadLeaves.WriteFolder(folder, count, options, cancellation: cancellation);
        return (folder, [.. Directory.EnumerateFiles(folder, "*.png").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)
            .Select(picture => new PhotoSetItem(picture, Class: null, SplitSide.None))]);
    }
}

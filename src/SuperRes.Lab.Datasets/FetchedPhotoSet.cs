using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Datasets;

/// <summary>A data set of the catalog as the source of an experiment.</summary>
internal sealed class FetchedPhotoSet(Dataset set) : IPhotoSet
{
    private readonly DatasetLayout _layout = set.Layout!;

    public bool HasOfficialSplit => true;

    public (int Count, string Words) Expect(string dataFolder, PhotoSetRequest request)
    {
        if (set.IsThere(dataFolder))
        {
            return (Used(dataFolder, request).Count, set.Name);
        }

        // Where the authors' validation side is kept apart, the article's own split is made of their training side, the first file.
        int stated = _layout.OwnSplitOf is null ? set.Images : set.Files[0].UnpackedFiles;
        return (stated, $"{set.Name}, which is not here yet (superres data fetch {set.Name}) and has {stated} photos");
    }

    public (string Root, IReadOnlyList<PhotoSetItem> Items) Open(
        string dataFolder, PhotoSetRequest request, Action<string>? log, CancellationToken cancellation) =>
        (set.PathIn(dataFolder), Used(dataFolder, request));

    private IReadOnlyList<PhotoSetItem> Used(string dataFolder, PhotoSetRequest request) =>
        [.. set.List(dataFolder).Where(item => request.Official
            ? item.Side is SplitSide.Train or SplitSide.Valid
            : _layout.OwnSplitOf is not { } side || item.Side == side)];
}

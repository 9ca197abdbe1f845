using SuperRes.Lab.Experiments;
using SuperRes.Lab.Weights;

namespace SuperRes.Lab.Cli.Diagnosis;

/// <summary>Examines folders and the files that are expected in them.</summary>
internal static class Places
{
    public static IReadOnlyDictionary<string, FolderFindings> Folders() => new Dictionary<string, FolderFindings>(StringComparer.Ordinal)
    {
        ["cache"] = Examine(PretrainedWeights.CacheFolder),
        ["data"] = Examine(LabFolders.Data),
        ["samples"] = Examine(Path.Combine(LabFolders.Root, "data", "samples")),
        ["runs"] = Examine(LabFolders.Runs),
        ["experiments"] = Examine(LabFolders.Experiments),
        ["models"] = Examine(LabFolders.Models),
    };

    public static IReadOnlyList<WeightsFindings> Pretrained() => [.. PretrainedWeights.All.Select(weight =>
    {
        string path = PretrainedWeights.PathOf(weight.Name);
        var absent =
            new WeightsFindings(weight.Name, path, false, null, weight.Sources[0].ToString(), weight.Licence, weight.Sha256, false);
        try
        {
            string? found = PretrainedWeights.TryFind(weight.Name);
            return found is null ? absent
                : weight.Bundled is { } bundled && found == bundled.Path
                    ? new(weight.Name, found, true, null, bundled.Source, bundled.Licence, bundled.Sha256, true)
                : absent with { Path = found, Present = true };
        }
        catch (InputException e)
        {
            return absent with { Problem = e.Message };
        }
    })];

    private static FolderFindings Examine(string path)
    {
        string? existing = path;
        while (existing is not null && !Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing);
        }

        return new(path, Directory.Exists(path), existing is not null && CanWrite(existing), existing is null ? null : FreeBytes(existing));
    }

    private static bool CanWrite(string folder)
    {
        try
        {
            string probe = Path.Combine(folder, $".superres-{Guid.NewGuid():N}");
            using var file = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long? FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}

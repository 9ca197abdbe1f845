using SuperRes.Lab.IO;
using TorchSharp;

namespace SuperRes.Lab.Weights;

/// <summary>
/// Weights that others trained: what exists, where it is kept, and whether what is there is the right file. Nothing is fetched here;
/// "superres weights fetch" and WeightsDownload of SuperRes.Lab.Datasets do that.
/// </summary>
/// <remarks>
/// A file that was put into the folder by hand counts as much as one that was fetched. A .pth must have the hash of the list; a
/// safetensors file of timm, whose hash depends on its edition, must hold the same network.
/// </remarks>
public static class PretrainedWeights
{
    /// <summary>Every file the library knows.</summary>
    public static IReadOnlyList<PretrainedWeight> All => PretrainedRegistry.All;

    /// <summary>
    /// Where fetched files are kept: SUPERRES_CACHE if it is set, or else superres-lab in XDG_CACHE_HOME or ~/.cache on Linux, in
    /// ~/Library/Caches on macOS, in the local application data on Windows. Weights are in its folder "weights".
    /// </summary>
    public static string CacheFolder => CachePlace.Folder(Environment.GetEnvironmentVariable);

    /// <summary>Looks a name up in the list.</summary>
    /// <param name="name">Such as "resnet34".</param>
    /// <returns>What is known of it.</returns>
    /// <exception cref="InputException">There is no such name; the message has them all.</exception>
    public static PretrainedWeight Get(string name) => All.FirstOrDefault(w => w.Name == name)
        ?? throw new InputException($"'{name}' is not among the pretrained weights; there are "
            + $"{string.Join(", ", All.Select(w => w.Name))}.");

    /// <summary>The path at which a name's file is expected.</summary>
    /// <param name="name">Such as "resnet34".</param>
    /// <param name="cacheFolder">Another folder than <see cref="CacheFolder"/>.</param>
    /// <returns>The path, whether or not the file is there.</returns>
    /// <exception cref="InputException">There is no such name.</exception>
    public static string PathOf(string name, string? cacheFolder = null) => PathOf(Get(name), cacheFolder);

    /// <summary>Finds a file that is there and right, in the cache or with the build. Its hash is computed once and remembered until the
    /// file changes.</summary>
    /// <param name="name">Such as "resnet34".</param>
    /// <param name="cacheFolder">Another folder than <see cref="CacheFolder"/>.</param>
    /// <returns>Its path; null where there is none.</returns>
    /// <exception cref="InputException">There is no such name, or a file is there and it is not the right one.</exception>
    public static string? TryFind(string name, string? cacheFolder = null) => TryFind(Get(name), cacheFolder);

    /// <summary>The same for a file that need not be in the list.</summary>
    internal static string? TryFind(PretrainedWeight weight, string? cacheFolder)
    {
        string folder = Folder(cacheFolder), path = PathOf(weight, cacheFolder);
        if (File.Exists(path))
        {
            string actual = VerifiedHash.Of(path);
            return Sha256Check.Matches(actual, weight.Sha256) ? path : throw new InputException(
                $"{path} is not the expected file: its sha256 is {actual}, and {Sha256Check.Describe(weight.Sha256)} was expected; "
                    + $"replace it with {weight.Sources[0]}.");
        }

        string? other = weight.SafeTensorsNames.Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists);
        if (other is not null)
        {
            RequireNetwork(weight, other);
        }

        return other ?? weight.Bundled?.TryFind();
    }

    /// <summary>Finds a file, or says how to get it.</summary>
    /// <param name="name">Such as "resnet34".</param>
    /// <param name="cacheFolder">Another folder than <see cref="CacheFolder"/>.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="InputException">It isn't there (the message has the address and the path to put it at), or is not the right
    /// one.</exception>
    public static string Require(string name, string? cacheFolder = null) => TryFind(name, cacheFolder) ?? throw new InputException(
        $"The weights '{name}' are not at {PathOf(name, cacheFolder)}; run 'superres weights fetch {name}', or download "
            + $"{Get(name).Sources[0]} on any machine and put it there.");

    /// <summary>Reads a file's tensors.</summary>
    /// <param name="name">Such as "resnet34".</param>
    /// <param name="cacheFolder">Another folder than <see cref="CacheFolder"/>.</param>
    /// <returns>Tensors on the CPU by state-dict key; the caller disposes them.</returns>
    /// <exception cref="InputException">The file isn't there, is not the right one or can't be read.</exception>
    public static IReadOnlyDictionary<string, torch.Tensor> Load(string name, string? cacheFolder = null) =>
        StateDictFile.Read(Require(name, cacheFolder));

    /// <summary>The path at which the file of weights that need not be in the list is expected.</summary>
    internal static string PathOf(PretrainedWeight weight, string? cacheFolder) => Path.Combine(Folder(cacheFolder), weight.FileName);

    private static string Folder(string? cacheFolder) => Path.Combine(cacheFolder ?? CacheFolder, "weights");

    private static void RequireNetwork(PretrainedWeight weight, string path)
    {
        using SafeTensors file = SafeTensors.Open(path);
        var shapes = file.Entries.ToDictionary(e => e.Name, e => e.Shape, StringComparer.Ordinal);
        foreach ((string key, long[] shape) in weight.Fingerprint)
        {
            if (!shapes.TryGetValue(key, out IReadOnlyList<long>? found) || !found.SequenceEqual(shape))
            {
                throw new InputException(
                    $"{path} is not {weight.Name}: its '{key}' should have the shape [{string.Join(", ", shape)}] and "
                        + $"{(found is null ? "is missing" : $"has [{string.Join(", ", found)}]")}; replace it.");
            }
        }
    }
}

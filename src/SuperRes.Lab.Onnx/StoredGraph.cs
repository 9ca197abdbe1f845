using System.IO.Hashing;
using System.Text;
using SuperRes.Lab.IO;
using SuperRes.Lab.Models;
using SuperRes.Lab.Native;
using SuperRes.Lab.Weights;
using static TorchSharp.torch;

namespace SuperRes.Lab.Onnx;

/// <summary>
/// A model of ours for ONNX Runtime whose graph stays in the cache folder (graphs/): from the second time on it runs without libtorch,
/// whose loading takes longer than a small picture.
/// </summary>
public sealed class StoredGraph : IDisposable
{
    // Entries of a stored file beside those of an exported one: what it was made from, and what else is known of the model.
    private const string Source = "superres.source", Hash = "superres.weights", Named = "superres.name";
    private const int MostKept = 16;

    private StoredGraph(OnnxNetwork network) => Network = network;

    /// <summary>The arithmetic that torch would take for such a model on this processor: <see cref="RestorationModel.FastType"/>.</summary>
    public static ScalarType FastType => Bfloat16.IsNativeOnProcessor ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>The model; its result has the picture's size times its scale.</summary>
    public OnnxNetwork Network { get; }

    /// <summary>Where graphs are kept; null: there is no place.</summary>
    internal static string? Folder { get; set; } = UsualFolder();

    /// <summary>Opens the graph of a model.</summary>
    /// <param name="path">The model's weights file.</param>
    /// <returns>The model; null where no graph of these weights is kept.</returns>
    /// <exception cref="InputException">The weights file can't be read.</exception>
    public static StoredGraph? TryOpen(string path)
    {
        string? place = PlaceOf(path);
        if (!File.Exists(place))
        {
            return null;
        }

        OnnxNetwork? network = null;
        try
        {
            network = OnnxNetwork.OfStored(place, Named, Hash, out IReadOnlyDictionary<string, string> entries);
            if (entries.GetValueOrDefault(Source) == SourceOf(path))
            {
                return new(network);
            }
        }
        catch (Exception e) when (IsUnable(e) || e is InputException)
        {
            // Damaged, or of another version: it is made anew.
        }

        network?.Dispose();
        return null;
    }

    /// <summary>Makes the graph of a model and keeps it for the next time.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="path">Its weights file.</param>
    /// <returns>The model; null where torch is the engine for it, as for <see cref="OnnxNetwork.WhereFaster"/>, or ONNX Runtime can't be
    /// loaded.</returns>
    public static StoredGraph? TryMake(RestorationModel model, string path)
    {
        if (!OnnxNetwork.Suits(model.Network))
        {
            return null;
        }

        try
        {
            var entries = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [Source] = SourceOf(path),
                [Hash] = model.WeightsHash(),
                [Named] = model.Name,
            };
            byte[] file = OnnxExport.ToBytes(model, new(), entries);
            Keep(file, PlaceOf(path));
            return new(OnnxNetwork.Of(file, model.Name, entries[Hash]));
        }
        catch (Exception e) when (IsUnable(e) || e is InputException)
        {
            return null; // torch runs every network
        }
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => Network.Dispose();

    private static bool IsUnable(Exception e) => e is TypeInitializationException or DllNotFoundException;

    /// <summary>Keeps a file for the next time, and not more than some.</summary>
    private static void Keep(byte[] file, string? place)
    {
        if (place is null)
        {
            return;
        }

        try
        {
            string folder = Path.GetDirectoryName(place)!;
            Directory.CreateDirectory(folder);
            AtomicFile.WriteAllBytes(place, file);
            foreach (FileInfo old in new DirectoryInfo(folder).EnumerateFiles("*.onnx").OrderByDescending(one => one.LastWriteTimeUtc)
                .Skip(MostKept))
            {
                old.Delete();
            }
        }
        catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException)
        {
            // Without a place that can be written, it is made each time.
        }
    }

    /// <summary>What a graph is made from: the weights' file and this code.</summary>
    private static string SourceOf(string path) =>
        $"{InputFile.HashOf(path)} {typeof(OnnxExport).Module.ModuleVersionId:N} {typeof(RestorationModel).Module.ModuleVersionId:N}";

    private static string? PlaceOf(string path) => Folder is null ? null
        : Path.Combine(Folder, Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(Path.GetFullPath(path)))) + ".onnx");

    private static string? UsualFolder()
    {
        try
        {
            return Path.Combine(PretrainedWeights.CacheFolder, "graphs");
        }
        catch (InputException)
        {
            return null; // there is no home
        }
    }
}

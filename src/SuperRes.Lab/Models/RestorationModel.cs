using System.Text.Json;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>A trained network with what is needed to run it on pictures; it reads and writes weights files.</summary>
public sealed partial class RestorationModel : IDisposable
{
    /// <summary>The metadata entry that holds the <see cref="ModelCard"/>.</summary>
    public const string MetadataKey = "superres";

    // oneDNN's bfloat16 convolutions read beyond the rows of pictures under 12 pixels wide on processors with AMX: NaN, or other bits each
    // time.
    internal const int LeastSide = 16;
    private const int FlatReach = 8, FlatReachOfRestoration = 40;
    private readonly Device _device;
    private int? _seenRadius;

    /// <summary>Wraps a network.</summary>
    /// <param name="network">The network; it is this model's from now on.</param>
    /// <param name="card">What it is for.</param>
    /// <param name="name">Its name in messages and tables.</param>
    public RestorationModel(RestorationNetwork network, ModelCard card, string name)
    {
        (Network, Card, Name) = (network, card with { Model = network.Options }, name);
        _device = network.parameters().First().device;
        network.eval();
    }

    /// <summary>The network.</summary>
    public RestorationNetwork Network { get; }

    /// <summary>What it is for and how it was trained.</summary>
    public ModelCard Card { get; }

    /// <summary>Its name in messages and tables: the file's, without extension.</summary>
    public string Name { get; }

    /// <summary>super-resolution, restoration or colorization.</summary>
    public string Task => Card.Task;

    /// <summary>How many times larger the result is than the image.</summary>
    public int Scale => Card.Scale;

    /// <summary>How the image is enlarged before it enters the network.</summary>
    public ResampleFilter InputFilter => Card.InputFilter;

    /// <inheritdoc cref="RestorationNetwork.SizeMultiple"/>
    public int SizeMultiple => Math.Max(Network.SizeMultiple, FlatColours.Cell);

    /// <inheritdoc cref="RestorationNetwork.ReceptiveRadius"/>
    public int ReceptiveRadius => Network.ReceptiveRadius;

    /// <summary>How far an output pixel was seen to look: what lies further changes it by less than a tenth of a level of 255. It is
    /// measured when it is first asked for, which takes as long as a small picture. Of a network with a mask, where it would take as long
    /// as many tiles, it is three quarters of the structure: retouch was measured at 256 of its 343 pixels on photos with marks.</summary>
    public int SeenRadius => _seenRadius ??= Network.HasMask ? ReceptiveRadius * 3 / 4 / SizeMultiple * SizeMultiple : Math.Max(
        Models.SeenRadius.Of(Predict, ReceptiveRadius, SizeMultiple), Math.Min(ReceptiveRadius, FlatCells.Reach + FlatCells.Cell));

    /// <summary>
    /// The fastest arithmetic that costs no visible quality here: bfloat16 where the device computes in it and the network adds its change
    /// to the input,
    /// float32 otherwise.
    /// </summary>
    public ScalarType FastType =>
        Network is { ComputesInBfloat16: true, AddsToInput: true } && Bfloat16.IsNativeOn(_device) ? ScalarType.BFloat16
            : ScalarType.Float32;

    /// <summary>Reads a weights file.</summary>
    /// <param name="path">A safetensors file with the metadata entry <c>superres</c>.</param>
    /// <param name="device">Where to run; null for the CPU.</param>
    /// <returns>The model, ready to run.</returns>
    /// <exception cref="InputException">The file is missing, no safetensors, not a model of this program, of a newer format, of other
    /// options, or holds NaN.</exception>
    public static RestorationModel Load(string path, Device? device = null)
    {
        using SafeTensors file = SafeTensors.Open(path);
        if (!file.Metadata.TryGetValue(MetadataKey, out string? json))
        {
            throw new InputException($"{path} has no \"{MetadataKey}\" metadata, so its model can't be rebuilt; give a file that "
                + $"`superres train` or `superres weights convert` wrote.");
        }

        ModelCard card = OptionsJson.Read<ModelCard>(json, $"The metadata of {path}");
        if (card.FormatVersion > ModelCard.CurrentVersion)
        {
            throw new InputException($"{path} has format version {card.FormatVersion}, this program reads up to "
                + $"{ModelCard.CurrentVersion}; update SuperRes.Lab.");
        }

        card.Validate(path);
        RestorationNetwork network;
        using (Initialization.LeaveOut())
        {
            network = RestorationNetwork.Create(card.Model);
        }

        try
        {
            using DisposeScope scope = NewDisposeScope();
            IReadOnlyDictionary<string, Tensor> values = file.ReadAll();
            StateDict.Load(network, values, path);
            RequireFinite(network, path);
            network.to(device ?? CPU);
            return new RestorationModel(network, card, NameOf(path));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Whether a file says which model its weights are of, so that <see cref="Load"/> can rebuild it.</summary>
    /// <param name="path">Any file.</param>
    /// <returns>False too where it is no safetensors file.</returns>
    /// <exception cref="InputException">It ends in .safetensors and can't be read as such.</exception>
    public static bool IsModelFile(string path)
    {
        if (!path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        using SafeTensors file = SafeTensors.Open(path);
        return file.Metadata.ContainsKey(MetadataKey);
    }

    /// <summary>Writes a weights file.</summary>
    /// <param name="path">The file; it appears whole or not at all.</param>
    /// <param name="type">The data type that floating-point weights are stored in.</param>
    /// <exception cref="InputException">The file can't be written.</exception>
    public void Save(string path, ScalarType type = ScalarType.Float32) => Save(path, Network, Card, type);

    /// <summary>Writes the weights of a network that is still in training.</summary>
    /// <param name="path">The file; it appears whole or not at all.</param>
    /// <param name="network">The network.</param>
    /// <param name="card">What it is for.</param>
    /// <param name="type">The data type that floating-point weights are stored in.</param>
    /// <exception cref="InputException">The file can't be written.</exception>
    public static void Save(string path, RestorationNetwork network, ModelCard card, ScalarType type = ScalarType.Float32)
    {
        using DisposeScope scope = NewDisposeScope();
        var entries = StateDict.Entries(network)
            .Select(entry => (entry.Name, Stored(entry.Name, entry.Value.detach(), type)));
        string json = JsonSerializer.Serialize(card with { Model = network.Options }, OptionsJson.Compact);
        SafeTensors.Write(path, entries, new Dictionary<string, string>(StringComparer.Ordinal) { [MetadataKey] = json });
    }

    /// <summary>How flat colours are kept (<see cref="FlatColours"/>); a reach of 0: they aren't.</summary>
    internal (int Reach, int Cell) FlatCells => !Network.AddsToInput || Task == "colorization" ? (0, 1)
        // A hole to be filled is flat too, but not that far around; a network that fills it finds nothing where all it sees is flat.
        : Network.HasMask ? (ReceptiveRadius, SizeMultiple)
        : (Scale > 1 ? FlatReach : FlatReachOfRestoration, FlatColours.Cell);

    /// <summary>Runs the network.</summary>
    /// <param name="input">N×3×H×W in 0–1, already at output size; any size.</param>
    /// <returns>N×3×H×W on the input's device, in 0–1 but for overshoots: not clamped. Without graph.</returns>
    public Tensor Predict(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = inference_mode();
        (long height, long width) = (input.shape[2], input.shape[3]);
        Tensor seen = LargeEnough(input.to(_device)), output = Answer(seen);
        if (FlatCells is var (reach, cell) && reach > 0)
        {
            using Tensor answer = output;
            output = FlatColours.Keep(seen, answer.to(seen.dtype), reach, cell);
        }

        return output.narrow(2, 0, height).narrow(3, 0, width).to(input.device).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>What the network makes of a picture; each step's memory is free for the next (<see cref="TensorSteps"/>).</summary>
    private Tensor Answer(Tensor seen)
    {
        using Tensor normal = ImageNet.Normalize(seen), answer = Network.call(normal);
        return ImageNet.Denormalize(answer);
    }

    /// <summary>Which pixels the network takes for masked, by scratches, holes, text and the like.</summary>
    /// <param name="input">N×3×H×W in 0–1, already at output size; any size.</param>
    /// <returns>N×1×H×W on the input's device: the probability of each pixel to be masked, 0–1. Without graph.</returns>
    /// <exception cref="InputException">The network says nothing about masks.</exception>
    public Tensor PredictMask(Tensor input)
    {
        if (!Network.HasMask)
        {
            throw new InputException($"{Name} is a model of the network {Network.Options.Body}, which has no mask; use one that says which "
                + $"pixels are masked, such as retouch.");
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = inference_mode();
        Tensor seen = LargeEnough(input.to(_device));
        return Network.Answer(ImageNet.Normalize(seen)).MaskLogits!.sigmoid().narrow(2, 0, input.shape[2]).narrow(3, 0, input.shape[3])
            .to(input.device).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>A hash of the weights as they are now: 32 hexadecimal digits.</summary>
    internal string WeightsHash()
    {
        var hash = new System.IO.Hashing.XxHash128();
        foreach ((string name, Tensor value) in StateDict.Entries(Network))
        {
            using Tensor whole = value.detach().cpu().contiguous();
            hash.Append(System.Text.Encoding.UTF8.GetBytes(name));
            hash.Append(whole.bytes);
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    /// <summary>The input with its last row and column repeated up to 16 pixels.</summary>
    private static Tensor LargeEnough(Tensor input)
    {
        long right = Math.Max(0, LeastSide - input.shape[3]), below = Math.Max(0, LeastSide - input.shape[2]);
        return right + below == 0 ? input : nn.functional.pad(input, [0, right, 0, below], PaddingModes.Replicate);
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => Network.Dispose();

    /// <summary>A weight in the data type that it is stored in, where that holds it.</summary>
    private static Tensor Stored(string name, Tensor value, ScalarType type)
    {
        Tensor stored = value.is_floating_point() ? value.to(type) : value;
        return type != ScalarType.Float16 || !stored.isinf().any().item<bool>() || value.isinf().any().item<bool>() ? stored
            : throw new InputException($"{name} has values above 65,504, which float16 can't hold; store the weights as bfloat16.");
    }

    private static void RequireFinite(RestorationNetwork network, string path)
    {
        foreach ((string name, Tensor value) in StateDict.Entries(network))
        {
            using DisposeScope scope = NewDisposeScope();
            if (value.is_floating_point() && !value.isfinite().all().item<bool>())
            {
                throw new InputException($"{path} holds NaN or infinite weights (in {name}); its training diverged, take an earlier "
                    + $"checkpoint.");
            }
        }
    }

    /// <summary>A file's name, or within a run's checkpoints that of the run, and of the file where it isn't the run's model.</summary>
    private static string NameOf(string path)
    {
        string name = System.IO.Path.GetFileNameWithoutExtension(path);
        string? folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)),
            run = System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(folder));
        return System.IO.Path.GetFileName(folder) != "checkpoints" || string.IsNullOrEmpty(run) ? name : name == "model" ? run
            : $"{run} {name}";
    }
}

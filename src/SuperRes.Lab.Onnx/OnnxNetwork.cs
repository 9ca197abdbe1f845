using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using SuperRes.Lab.Inference;
using SuperRes.Lab.IO;
using SuperRes.Lab.Models;
using SuperRes.Lab.Native;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace SuperRes.Lab.Onnx;

/// <summary>
/// An image-to-image model that ONNX Runtime computes: a file that <c>superres export</c> wrote, one of another program such as
/// Real-ESRGAN's, or a <see cref="RestorationModel"/> for which this is the faster engine.
/// </summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
public sealed unsafe class OnnxNetwork : IDisposable
{
    // What a pixel of the result looks at in models that don't say it: enough to hide the seams of usual networks, blended.
    private const int UsualOverlap = 32, ProbeSide = 64, MostScale = 8;
    private const float Grey = 0.5f, NearGrey = 0.25f;

    private readonly InferenceSession _session;
    private readonly OnnxLayout _layout;

    private readonly Func<string> _weightsHash;
    private int? _seenRadius;

    private OnnxNetwork(InferenceSession session, OnnxLayout layout, string name, Func<string> weightsHash)
        => (_session, _layout, Name, _weightsHash) = (session, layout, name, weightsHash);

    /// <summary>Its name in messages: the file's, without extension.</summary>
    public string Name { get; }

    /// <summary>super-resolution, restoration or colorization.</summary>
    public string Task => _layout.Task;

    /// <summary>How many times larger the result is than the picture.</summary>
    public int Scale => _layout.Scale;

    /// <summary>Reads a file.</summary>
    /// <param name="path">An ONNX file with one RGB picture in and out.</param>
    /// <param name="threads">How many threads compute; 0 (default): as many as torch uses.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InputException">The file is missing, no ONNX, needs a newer runtime, or is no image-to-image model.</exception>
    public static OnnxNetwork Load(string path, int threads = 0)
    {
        if (!File.Exists(path))
        {
            throw new InputException($"{path} does not exist; give an ONNX file.");
        }

        InputFile.OpenRead(path).Dispose(); // says of a pointer or a page what it is
        InferenceSession session = Session(() => new InferenceSession(path, Options(AsTorch(threads))), path);
        try
        {
            OnnxLayout layout = OnnxLayout.Of(session, path);
            string Hash() => InputFile.HashOf(path);
            var network = new OnnxNetwork(session, layout, Path.GetFileNameWithoutExtension(path), Hash);
            return layout.Radius is null ? new OnnxNetwork(session, network.Probed(path), network.Name, Hash) : network;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>ONNX Runtime as the engine of a model.</summary>
    /// <param name="model">The model; it is not needed any more afterwards.</param>
    /// <param name="threads">How many threads compute; 0 (default): as many as torch uses.</param>
    /// <returns>The same model.</returns>
    /// <exception cref="InputException">The model's network doesn't say what it computes.</exception>
    public static OnnxNetwork Of(RestorationModel model, int threads = 0)
    {
        return Of(OnnxExport.ToBytes(model, new() { Enlarges = false }), model.Name, model.WeightsHash(), threads);
    }

    /// <summary>A file of ours in memory.</summary>
    internal static OnnxNetwork Of(byte[] file, string name, string weightsHash = "", int threads = 0)
    {
        InferenceSession session = Session(() => new InferenceSession(file, Options(AsTorch(threads))), name);
        return Of(session, name, name, weightsHash);
    }

    /// <summary>A file that <see cref="StoredGraph"/> wrote, without torch.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The entry that holds the model's name.</param>
    /// <param name="hash">The entry that holds its weights' hash.</param>
    /// <param name="entries">All entries.</param>
    internal static OnnxNetwork OfStored(string path, string name, string hash, out IReadOnlyDictionary<string, string> entries)
    {
        InferenceSession session = Session(() => new InferenceSession(path, Options(UsualThreads)), path);
        IReadOnlyDictionary<string, string> found = entries = session.ModelMetadata.CustomMetadataMap;
        return Of(session, path, found.GetValueOrDefault(name, ""), found.GetValueOrDefault(hash, ""));
    }

    private static OnnxNetwork Of(InferenceSession session, string where, string name, string weightsHash)
    {
        try
        {
            return new OnnxNetwork(session, OnnxLayout.Of(session, where), name, () => weightsHash);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>
    /// ONNX Runtime as the engine of a model that it computes faster than torch here: one that could be computed in bfloat16, on a
    /// processor that has none, so that torch would take float32. docs/performance.md has the figures.
    /// </summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <returns>The same model; null where torch is faster, the model is on a GPU, or its network doesn't say what it computes.</returns>
    public static OnnxNetwork? WhereFaster(RestorationModel model)
    {
        Device device = model.Network.parameters().First().device;
        if (device.type != DeviceType.CPU || Bfloat16.IsNativeOn(device) || !Suits(model.Network))
        {
            return null;
        }

        try
        {
            return Of(model);
        }
        catch (InputException)
        {
            return null; // torch runs every network
        }
    }

    /// <summary>Whether a network is of those for which this engine was measured beside torch.</summary>
    internal static bool Suits(RestorationNetwork network) => network is { ComputesInBfloat16: true, AddsToInput: true };

    /// <summary>The model as a network for the upscaler.</summary>
    /// <param name="cancellation">Stops within a tile, between two operations. Default: none.</param>
    /// <returns>The network; this must outlive it.</returns>
    public UpscaleNetwork ToUpscaler(CancellationToken cancellation = default)
    {
        // The enlargement looks at three pixels of the small picture around each place; one more keeps the kernel's end out of sight.
        const int KernelReach = 4;
        int times = _layout.Enlarges ? Scale : 1, multiple = _layout.Multiple;
        bool isPlain = _layout is { White: 1, ChannelsLast: false, TakesHalf: false, GivesHalf: false, Side: 0 }
            && (Scale == 1 || _layout.Enlarges);
        return new(Name, Scale, x => Predict(x, cancellation))
        {
            PredictWhole = isPlain ? (planes, height, width) => Predict(planes, height, width, cancellation) : null,
            WeightsHash = _weightsHash,
            Task = Task,
            InputFilter = _layout.InputFilter,
            ReceptiveRadius = _layout.Radius is { } radius ? radius + (_layout.Enlarges ? KernelReach * Scale : 0) : UsualOverlap * Scale,
            SeenRadius = Task == "super-resolution" && _layout is { Radius: not null, Enlarges: false, Side: 0 } ? Seen : null,
            SizeMultiple = multiple % times == 0 ? multiple : multiple * times,
            SeenSide = _layout.Side > 0 ? 0 : _layout.SeenSide,
            EnlargesItself = _layout.Enlarges,
            FixedSide = _layout.Side * times,
        };
    }

    private int Seen() => _seenRadius ??= SeenRadius.Of(x => Predict(x), _layout.Radius!.Value, _layout.Multiple);

    /// <summary>Runs the model.</summary>
    /// <param name="image">1×3×H×W float32 in 0–1.</param>
    /// <param name="cancellation">Stops between two operations.</param>
    /// <returns>1×3×(H·n)×(W·n) float32 on the CPU, where n is the scale of a model that enlarges, otherwise 1.</returns>
    /// <exception cref="InputException">The model can't compute a picture of this size.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Tensor Predict(Tensor image, CancellationToken cancellation = default)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        long height = image.shape[2], width = image.shape[3];
        Tensor x = image.cpu();
        if (_layout.Side > 0 && (height != _layout.Side || width != _layout.Side))
        {
            x = F.pad(x, [0, _layout.Side - width, 0, _layout.Side - height], PaddingModes.Replicate);
        }

        using Scalar white = (double)_layout.White;
        x = _layout.White == 1 ? x : x * white;
        x = _layout.ChannelsLast ? x.permute(0, 2, 3, 1) : x;
        Tensor result = Run(x.to(_layout.TakesHalf ? ScalarType.Float16 : ScalarType.Float32).contiguous(), cancellation);
        result = _layout.ChannelsLast ? result.permute(0, 3, 1, 2) : result;
        result = _layout.White == 1 ? result : result / white;
        int times = _layout.Enlarges ? Scale : 1;
        return _layout.Side == 0 ? result.MoveToOuterDisposeScope()
            : result.narrow(2, 0, height * times).narrow(3, 0, width * times).MoveToOuterDisposeScope();
    }

    /// <summary>Runs the model without torch.</summary>
    private float[] Predict(float[] planes, int height, int width, CancellationToken cancellation)
    {
        using OrtValue image = OrtValue.CreateTensorValueFromMemory(planes, [1, 3, height, width]);
        return Run(image, $"1×3×{height}×{width}", result => result.GetTensorDataAsSpan<float>().ToArray(), cancellation);
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => _session.Dispose();

    private static int AsTorch(int threads) => threads > 0 ? threads : get_num_threads();

    /// <summary>As many threads as torch would use, without torch; 0, ONNX Runtime's own choice, is the number of cores, too.</summary>
    private static int UsualThreads =>
        int.TryParse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), CultureInfo.InvariantCulture, out int count)
            ? Math.Max(0, count) : 0;

    private static SessionOptions Options(int threads) => new()
    {
        IntraOpNumThreads = threads,
        InterOpNumThreads = 1,
        // Tiles at the edges have sizes of their own; a plan for each would stay in memory.
        EnableMemoryPattern = false,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
    };

    private static InferenceSession Session(Func<InferenceSession> open, string path)
    {
        try
        {
            return open();
        }
        catch (OnnxRuntimeException e)
        {
            throw new InputException($"{path} can't be read as ONNX: {FirstLine(e)}; fetch or export it again.", e);
        }
    }

    private Tensor Run(Tensor input, CancellationToken cancellation)
    {
        fixed (byte* pixels = input.bytes)
        {
            using OrtValue value = OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance, _layout.TakesHalf ? TensorElementType.Float16 : TensorElementType.Float, input.shape,
                (nint)pixels, input.bytes.Length);
            return Run(value, string.Join('×', input.shape), result =>
            {
                Tensor output = empty(
                    result.GetTensorTypeAndShape().Shape, dtype: _layout.GivesHalf ? ScalarType.Float16 : ScalarType.Float32);
                result.GetTensorMutableRawData().CopyTo(output.bytes);
                return output.to(ScalarType.Float32);
            }, cancellation);
        }
    }

    private T Run<T>(OrtValue input, string size, Func<OrtValue, T> take, CancellationToken cancellation)
    {
        using var options = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using CancellationTokenRegistration stop = cancellation.Register(() => options.Terminate = true);
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(options, [_layout.Input], [input], [_layout.Output]);
            return take(results[0]);
        }
        catch (OnnxRuntimeException e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new InputException(
                $"{Name} can't compute a picture of {size}: {FirstLine(e)}; use another tile size (--tile) or model.", e);
        }
    }

    /// <summary>What the model makes of a grey picture says how much it enlarges and what its white is.</summary>
    private OnnxLayout Probed(string path)
    {
        int side = _layout.Side > 0 ? _layout.Side : ProbeSide;
        foreach (float white in (float[])[1, 255])
        {
            using DisposeScope scope = NewDisposeScope();
            var network = new OnnxNetwork(_session, _layout with { White = white, Enlarges = false, Side = 0 }, Name, () => "");
            Tensor grey = network.Predict(full([1, 3, side, side], Grey));
            int times = (int)grey.shape[2] / side;
            if (grey.shape[1] != 3 || grey.shape[2] != grey.shape[3] || grey.shape[2] != (long)times * side || times is < 1 or > MostScale)
            {
                throw OnnxLayout.NoImageModel(path, $"of 1×3×{side}×{side} it makes {string.Join('×', grey.shape)}");
            }

            if (Math.Abs(grey.mean().item<float>() - Grey) < NearGrey)
            {
                return _layout with { White = white, Scale = times, Enlarges = times > 1,
                    Task = times > 1 ? "super-resolution" : "restoration" };
            }
        }

        throw OnnxLayout.NoImageModel(path, "it does not answer a grey picture with a grey one, neither from 0 to 1 nor from 0 to 255");
    }

    private static string FirstLine(Exception e) => e.Message.Split('\n')[0].TrimEnd('.');
}

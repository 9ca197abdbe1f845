using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Models;
using SuperRes.Lab.Onnx;
using TorchSharp;

namespace SuperRes.Lab.Cli;

/// <summary>A model read from its file, on the way to an upscaler.</summary>
internal sealed class LoadedModel : IDisposable
{
    private readonly RestorationModel? _model;
    private readonly StoredGraph? _stored;
    private OnnxNetwork? _onnx;

    private LoadedModel(RestorationModel model) => _model = model;

    private LoadedModel(StoredGraph stored) => (_stored, _onnx) = (stored, stored.Network);

    private LoadedModel(OnnxNetwork onnx) => _onnx = onnx;

    public string Name => _model?.Name ?? _onnx!.Name;

    public string Task => _model?.Task ?? _onnx!.Task;

    public int Scale => _model?.Scale ?? _onnx!.Scale;

    public bool KeepsSize => Scale == 1;

    public RestorationModel Model => _model ?? throw new InvalidOperationException("The model was read as ONNX.");

    public static LoadedModel Read(string path) => new(RestorationModel.Load(path, Devices.Best));

    /// <summary>Reads a weights file, or an ONNX file.</summary>
    public static LoadedModel ReadAny(string path) =>
        path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) ? new(OnnxNetwork.Load(path)) : Read(path);

    /// <summary>Reads a model for a few photos: for ONNX Runtime where they have so few pixels that torch would take longer to load than to
    /// compute them.</summary>
    /// <param name="path">A weights file.</param>
    /// <param name="pixels">The photos' pixels.</param>
    /// <param name="scale">What is asked for; null: the model's own.</param>
    public static LoadedModel ReadForFew(string path, long pixels, int? scale)
    {
        // Of what the network computes, at the output's size; docs/performance.md has the figures.
        const long MostBesideBfloat16 = 250_000, MostBesideFloat32 = 2_000_000, LeastScale = 2;
        long most = StoredGraph.FastType == torch.ScalarType.BFloat16 ? MostBesideBfloat16 : MostBesideFloat32;
        if (pixels * LeastScale * LeastScale > most)
        {
            return Read(path);
        }

        LoadedModel? model = null;
        StoredGraph? graph = StoredGraph.TryOpen(path);
        if (graph is null)
        {
            model = Read(path);
            graph = StoredGraph.TryMake(model.Model, path);
        }

        if (graph is not null && graph.Network.Scale is var own && (scale ?? own) == own && pixels * own * own <= most)
        {
            model?.Dispose();
            return new(graph);
        }

        graph?.Dispose();
        return model ?? Read(path);
    }

    /// <summary>An upscaler over the model; without another wish in float32, or where the command picks it by the engine and in the
    /// arithmetic that are fastest.</summary>
    /// <exception cref="InputException">An option is outside its range, or the model can't do the scale.</exception>
    public Upscaler Upscaler(
        ParseResult parsed, ModelOptions options, int? scale, int? quality = null, CancellationToken cancellation = default)
    {
        torch.ScalarType fastest = _stored is not null ? StoredGraph.FastType
            : options.PicksType && _model is not null ? _model.FastType : torch.ScalarType.Float32;
        UpscaleOptions wanted = Options(parsed, options, fastest) with
        {
            Scale = scale, Quality = quality ?? new UpscaleOptions().Quality,
        };
        if (_stored is not null)
        {
            // In float32; it counts as what torch would have made.
            return new(_stored.Network.ToUpscaler(cancellation), wanted);
        }

        string? engine = options.PicksType ? parsed.GetValue(options.Engine) : _model is null ? "onnx" : "torch";
        string? type = parsed.GetValue(options.Dtype);
        if (_model is null || engine == "onnx")
        {
            if (type == "bfloat16" || (_model is null && engine == "torch"))
            {
                throw new InputException(type == "bfloat16" ? "ONNX Runtime computes in float32; leave --dtype out, or use --engine torch."
                    : $"{Name} is an ONNX file, which torch can't run; leave --engine out.");
            }

            _onnx ??= OnnxNetwork.Of(Model);
        }
        else if (engine is null && type is null)
        {
            _onnx ??= OnnxNetwork.WhereFaster(_model);
        }

        return _onnx is not { } network ? new(Model, wanted)
            : new(network.ToUpscaler(cancellation), wanted with { Dtype = torch.ScalarType.Float32 });
    }

    /// <summary>What the options ask for.</summary>
    public static UpscaleOptions Options(ParseResult parsed, ModelOptions options, torch.ScalarType type = torch.ScalarType.Float32) =>
        new()
    {
        Tile = parsed.GetValue(options.Tile) ?? 0,
        MemoryLimit = parsed.GetValue(options.Memory) is { } megabytes ? megabytes * 1_000_000L : null,
        Dtype = parsed.GetValue(options.Dtype) switch { "bfloat16" => torch.ScalarType.BFloat16, "float32" => torch.ScalarType.Float32,
            _ => type },
        SelfEnsemble = parsed.GetValue(options.Ensemble),
    };

    public void Dispose()
    {
        _model?.Dispose();
        _onnx?.Dispose();
    }
}

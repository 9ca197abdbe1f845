using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Models;
using TorchSharp;

namespace SuperRes.Lab.Cli;

/// <summary>A model read from its file, on the way to an upscaler.</summary>
internal sealed class LoadedModel(RestorationModel model) : IDisposable
{
    public string Name => model.Name;

    public string Task => model.Task;

    public int Scale => model.Scale;

    public bool KeepsSize => model.Scale == 1;

    public static LoadedModel Read(string path) => new(RestorationModel.Load(path, Devices.Best));

    public RestorationModel Model => model;

    /// <summary>An upscaler over the model; without another wish in float32, or where the command picks it in the model's fastest
    /// arithmetic.</summary>
    /// <exception cref="InputException">An option is outside its range, or the model can't do the scale.</exception>
    public Upscaler Upscaler(ParseResult parsed, ModelOptions options, int? scale, int? quality = null)
        => new(
            model, Options(parsed, options, options.PicksType ? model.FastType : torch.ScalarType.Float32)
            with { Scale = scale, Quality = quality ?? new UpscaleOptions().Quality });

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

    public void Dispose() => model.Dispose();
}

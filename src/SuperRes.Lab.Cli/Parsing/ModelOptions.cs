using System.CommandLine;

namespace SuperRes.Lab.Cli.Parsing;

/// <summary>Options that every command that runs a model has.</summary>
/// <param name="picksType">Whether the arithmetic is chosen by model and processor where none is named, and not always float32.</param>
internal sealed class ModelOptions(bool picksType = false)
{
    public bool PicksType => picksType;

    public Option<int?> Tile { get; } =
        Values.Integer("--tile", "PX", "Side of the squares the result is made of. Default: chosen from model and memory.", 16);

    public Option<string?> Dtype { get; } = Values.Choice(
        "--dtype",
        "TYPE",
        "Arithmetic: float32, or bfloat16, faster on some processors. Default: "
            + (picksType ? "bfloat16 where the processor has it and the model loses nothing by it." : "float32."),
        "float32",
        "bfloat16");

    public Option<string?> Engine { get; } = Values.Choice(
        "--engine",
        "NAME",
        "What computes: torch or onnx (ONNX Runtime, float32). Default: the faster one for the model and the processor.",
        "torch",
        "onnx");

    public Option<int?> Memory { get; } =
        Values.Integer("--memory", "MB", "Most memory to take. Default: three quarters of the machine's.", 1);

    public Option<bool> Ensemble { get; } =
        Values.Flag("--self-ensemble", "Mean over the eight flips and rotations: eight times the work, a little better.");

    /// <summary>Whether engine, arithmetic and tiles are left to the program.</summary>
    public bool AsksForNothing(ParseResult parsed) => PicksType && parsed.GetValue(Engine) is null && parsed.GetValue(Dtype) is null
        && parsed.GetValue(Tile) is null && !parsed.GetValue(Ensemble);

    public void AddTo(Command command)
    {
        foreach (Option option in picksType ? [Tile, Dtype, Engine, Memory, Ensemble] : new Option[] { Tile, Dtype, Memory, Ensemble })
        {
            command.Options.Add(option);
        }
    }
}

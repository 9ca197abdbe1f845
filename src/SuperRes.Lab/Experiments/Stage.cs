using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using SuperRes.Lab.Degradations;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Experiments;

/// <summary>One step of the recipe: a size, a batch size, and one cycle.</summary>
public sealed record Stage
{
    /// <summary>Its name, unique within the experiment, such as "64" or "unfrozen".</summary>
    public required string Name { get; init; }

    /// <summary>Side of the target crops in pixels, 16 to 2048; the input has half of it at scale 2.</summary>
    [Range(16, 2048)]
    public required int Size { get; init; }

    /// <summary>
    /// Pairs a batch, 1 to 1024; null for the largest power of two, up to 64, whose step fits into half the memory by estimate. A run keeps
    /// what was chosen. Default null.
    /// </summary>
    [Range(1, 1024)]
    public int? BatchSize { get; init; }

    /// <summary>Epochs, 1 to 10,000. Default 10.</summary>
    [Range(1, 10_000)]
    public int Epochs { get; init; } = 10;

    /// <summary>Crops of each photo in an epoch, 1 to 10,000. Default 1.</summary>
    [Range(1, 10_000)]
    public int SamplesPerImage { get; init; } = 1;

    /// <summary>Highest learning rate, or a slice over the layer groups.</summary>
    public required LrSlice LearningRate { get; init; }

    /// <summary>Share of the steps on which the rate rises, 0 to 1. Default 0.9, the article's.</summary>
    [Range(0, 1)]
    public double PctStart { get; init; } = 0.9;

    /// <summary>
    /// Batches whose gradients make one step together, 1 to 1024; the step is that of a batch so many times as large. Default 1.
    /// </summary>
    [Range(1, 1024)]
    public int Accumulate { get; init; } = 1;

    /// <summary>Epochs without a better validation loss after which the stage ends, 0 to 10,000; 0 for never. Default 0.</summary>
    [Range(0, 10_000)]
    public int EarlyStop { get; init; }

    /// <summary>
    /// Whether the LR finder runs before the stage: its plot is kept and both suggestions are logged; the rate stays the file's. Default
    /// false.
    /// </summary>
    public bool FindLr { get; init; }

    /// <summary>Whether the encoder is frozen but for its batch norms. Default true.</summary>
    public bool Frozen { get; init; } = true;

    /// <summary>
    /// What the stage changes of the experiment's degradations, to begin with strong ones and end with weak ones. In a file it is merged
    /// over
    /// them, object by object; here it is complete. Null for the experiment's. Default null.
    /// </summary>
    public DegradationOptions? Degradations { get; init; }

    /// <summary>
    /// How much a masked pixel counts in the pixel loss, 0 to 1 (<see cref="MaskedPixelWeights"/>): one that the degradations changed by
    /// more than a quarter of the range, as holes and text do. Below 1 a network that fills holes is more careful with what lies beside
    /// them. Default 1.
    /// </summary>
    [Range(0, 1)]
    public double MaskedWeight { get; init; } = 1;

    /// <summary>What experiment files and run folders up to version 0.1 call <see cref="MaskedWeight"/>; read, never written.</summary>
    [JsonInclude]
    [JsonPropertyName("struckWeight")]
    private double EarlierMaskedWeight
    {
        init => MaskedWeight = value;
    }

    /// <summary>
    /// The stage's own distance in place of the loss's base, such as mse after stages of l1; null for the loss's. Default null.
    /// </summary>
    public BaseLoss? Distance { get; init; }
}

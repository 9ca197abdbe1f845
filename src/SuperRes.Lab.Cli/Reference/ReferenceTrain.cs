using System.Text.Json;
using System.Text.Json.Serialization;
using SuperRes.Lab.Features;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using SuperRes.Lab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Cli.Reference;

/// <summary>One step of a reference training.</summary>
/// <param name="Rates">The learning rate of each layer group while the step was made.</param>
/// <param name="Momentum">β₁ while the step was made.</param>
/// <param name="Loss">The batch's loss before the step.</param>
/// <param name="Terms">Its terms by name.</param>
internal sealed record ReferenceStep(
    [property: JsonPropertyName("lr")] IReadOnlyList<double> Rates,
    [property: JsonPropertyName("mom")] double Momentum,
    double Loss,
    IReadOnlyDictionary<string, double> Terms);

/// <summary>One cycle of a reference training.</summary>
/// <param name="Trainable">Number of trainable parameters.</param>
/// <param name="Steps">The steps in order.</param>
/// <param name="ValidLoss">The validation loss after the cycle.</param>
/// <param name="ValidTerms">Its terms by name.</param>
internal sealed record ReferenceCycle(
    long Trainable, IReadOnlyList<ReferenceStep> Steps, double ValidLoss, IReadOnlyDictionary<string, double> ValidTerms);

/// <summary>
/// A short training from weights and images that follow from formulas (<see cref="ReferenceValues"/>), to hold every rule of it against
/// fastai:
/// ResNet-34 with weight norm and blur, the course's feature loss, weight decay 1e-3; frozen, one cycle with slice(1e-4), then unfrozen,
/// one with
/// slice(1e-6,1e-4); the rate rises on nine tenths of the steps.
/// </summary>
/// <param name="Frozen">The cycle with the encoder frozen.</param>
/// <param name="Unfrozen">The cycle after it with everything trainable.</param>
internal sealed record ReferenceTrain(ReferenceCycle Frozen, ReferenceCycle Unfrozen)
{
    private const int Size = 64;
    private const double PctStart = 0.9;
    private static readonly int[][] TrainNumbers = [[0, 1], [2, 3], [4, 5], [6, 7]];
    private static readonly int[][] ValidNumbers = [[8, 9], [10]];

    /// <summary>Runs the training: eight steps on two images of 64×64 each.</summary>
    /// <param name="progress">Hears a line after each step; null for nobody.</param>
    /// <param name="device">Where it runs; null for the CPU.</param>
    /// <param name="computeType">What the U-Net's convolutions compute in, float32 or bfloat16.</param>
    /// <param name="cancellation">Ends the training after the step under way.</param>
    /// <returns>Every rate, momentum, loss and term.</returns>
    public static ReferenceTrain Run(
        IProgress<string>? progress = null, Device? device = null, ScalarType computeType = ScalarType.Float32,
            CancellationToken cancellation = default)
    {
        using DisposeScope scope = NewDisposeScope();
        using var unet = new DynamicUnet(new UnetOptions()) { ComputeType = computeType };
        ReferenceValues.Fill(unet);
        unet.to(device ?? CPU);
        var network = new Vgg16Features();
        ReferenceValues.Fill(network);
        network.to(device ?? CPU);
        using var loss = new FeatureLoss(network);
        MemoryBatches train = Batches(TrainNumbers), valid = Batches(ValidNumbers);
        using var learner =
            new Learner(unet, loss, train, valid, new LearnerOptions { Optimizer = new AdamWOptions { WeightDecay = 1e-3 } });
        learner.Callbacks.Add(new Reporter(progress));

        learner.Freeze();
        ReferenceCycle frozen = Cycle(learner, "frozen", new LrSlice(1e-4), cancellation);
        learner.Unfreeze();
        ReferenceCycle unfrozen = Cycle(learner, "unfrozen", new LrSlice(1e-6, 1e-4), cancellation);
        return new ReferenceTrain(frozen, unfrozen);
    }

    /// <summary>The result as JSON: frozen and unfrozen, each {trainable, steps [{lr, mom, loss, terms}], valid_loss,
    /// valid_terms}.</summary>
    /// <returns>Indented JSON; values that are not finite are written "nan", "inf" and "-inf".</returns>
    public string ToJson() => JsonSerializer.Serialize(this, ReferenceJson.Options);

    private static ReferenceCycle Cycle(Learner learner, string name, LrSlice rate, CancellationToken cancellation)
    {
        int before = learner.Recorder.Steps.Count;
        learner.StageName = name;
        learner.FitOneCycle(1, rate, PctStart, cancellation);
        EpochRecord epoch = learner.Recorder.Epochs[^1];
        return new ReferenceCycle(
            learner.Model.parameters().Where(parameter => parameter.requires_grad).Sum(parameter => parameter.numel()),
            [.. learner.Recorder.Steps.Skip(before).Select(
                step => new ReferenceStep(step.Rates, step.Momentum, step.Loss, Named(learner.Loss.TermNames, step.Terms)))],
            epoch.ValidLoss,
            epoch.Terms);
    }

    private static Dictionary<string, double> Named(IReadOnlyList<string> names, IReadOnlyList<float> terms) =>
        names.Zip(terms).ToDictionary(pair => pair.First, pair => (double)pair.Second, StringComparer.Ordinal);

    private static MemoryBatches Batches(int[][] numbers) => new(
        [.. numbers.Select(
            batch => new TrainingPair(ReferenceValues.Waves(batch, Size, Size), ReferenceValues.Waves(batch, Size, Size, cosine: true)))]);

    private sealed class Reporter(IProgress<string>? progress) : LearnerCallback
    {
        public override void OnStepEnd(Learner learner, StepRecord step) =>
            progress?.Report(
                FormattableString.Invariant($"{learner.StageName} step {step.Step + 1} of {TrainNumbers.Length}: loss {step.Loss:g7}"));
    }
}

using System.Diagnostics;
using SuperRes.Lab.Distributed;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using SuperRes.Lab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Experiments;

/// <summary>
/// What a training step costs on this machine, from a few steps that are made: a part for each step and a part for each pixel of the batch.
/// Estimates, not promises: large pictures compute a little faster than small ones, and other work slows everything.
/// </summary>
internal sealed class StepCost
{
    private const int Batch = 2, SmallSide = 64, LargeSide = 128, TimedSteps = 2, BytesPerWeight = 4;
    private const double BackwardShare = 1.2, ValidationShare = 1 / 3.0;
    private readonly double _secondsPerStep;
    private readonly double _secondsPerPixel;
    private readonly double _bytesPerPixel;
    private readonly long _fixedBytes;

    private StepCost(double secondsPerStep, double secondsPerPixel, double bytesPerPixel, long fixedBytes) =>
        (_secondsPerStep, _secondsPerPixel, _bytesPerPixel, _fixedBytes) = (secondsPerStep, secondsPerPixel, bytesPerPixel, fixedBytes);

    /// <summary>Bytes that processes of this machine may use.</summary>
    public static long Memory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Measures; weights, statistics and which parameters train are the same afterwards.</summary>
    /// <param name="model">The network, where it will train.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="options">How it will train.</param>
    /// <param name="frozen">Whether the encoder is frozen.</param>
    public static StepCost Measure(RestorationNetwork model, FeatureLoss loss, LearnerOptions options, bool frozen)
    {
        using var before = new ModelSnapshot(model);
        using DisposeScope scope = NewDisposeScope();
        bool[] trains = [.. model.parameters().Select(parameter => parameter.requires_grad)];
        bool training = model.training;
        using var learner = new Learner(model, loss, new MemoryBatches([]), options: options) { Ranks = Ranks.One };
        try
        {
            (frozen ? (Action)learner.Freeze : learner.Unfreeze)();
            model.train();
            double small = Seconds(learner, SmallSide), large = Seconds(learner, LargeSide);
            const double Small = Batch * SmallSide * SmallSide, Large = Batch * LargeSide * LargeSide;
            double perPixel = Math.Max((large - small) / (Large - Small), large / Large / 10);
            return new StepCost(Math.Max(0, small - (perPixel * Small)), perPixel, GraphBytes(model, loss) / Large * BackwardShare,
                FixedBytes(model, loss, options));
        }
        finally
        {
            before.Restore();
            model.train(training);
            foreach ((TorchSharp.Modules.Parameter parameter, bool does) in model.parameters().Zip(trains))
            {
                parameter.requires_grad = does;
            }
        }
    }

    /// <summary>Seconds of a step.</summary>
    public double Seconds(int batch, int side) => _secondsPerStep + (_secondsPerPixel * batch * side * side);

    /// <summary>Seconds to validate photos.</summary>
    public double ValidationSeconds(int photos, int side) => _secondsPerPixel * ValidationShare * photos * side * side;

    /// <summary>Bytes that training takes with a batch: weights, gradients, optimizer and what the backward pass keeps.</summary>
    public long Bytes(int batch, int side) => _fixedBytes + (long)(_bytesPerPixel * batch * side * side);

    /// <summary>The largest power of two, up to 64, whose step fits into half the memory.</summary>
    public int BatchThatFits(int side)
    {
        int batch = 64;
        while (batch > 1 && Bytes(batch, side) > Memory / 2)
        {
            batch /= 2;
        }

        return batch;
    }

    private static double Seconds(Learner learner, int side)
    {
        var pair = new TrainingPair(full([Batch, 3, side, side], 0.5f), full([Batch, 3, side, side], 0.25f));
        double[] rates = [.. Enumerable.Repeat(1e-9, learner.Model.Groups.Count)];
        learner.TrainStep(pair, rates, 0.9);
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < TimedSteps; i++)
        {
            learner.TrainStep(pair, rates, 0.9);
        }

        return clock.Elapsed.TotalSeconds / TimedSteps;
    }

    /// <summary>How much larger the process becomes by the graph of large pictures.</summary>
    private static double GraphBytes(RestorationNetwork model, FeatureLoss loss)
    {
        using DisposeScope scope = NewDisposeScope();
        Device device = model.parameters().First().device;
        using var process = Process.GetCurrentProcess();
        Tensor picture = zeros([Batch, 3, LargeSide, LargeSide], device: device);
        long start = process.WorkingSet64;
        using LossTerms terms = loss.Compute(model.call(picture), picture);
        process.Refresh();

        // At the least a network of this kind keeps some hundred values a pixel; memory that was free within the process hides the growth.
        return Math.Max(process.WorkingSet64 - start, 400.0 * Batch * LargeSide * LargeSide);
    }

    private static long FixedBytes(RestorationNetwork model, FeatureLoss loss, LearnerOptions options)
    {
        long all = model.parameters().Sum(parameter => parameter.numel()),
            trained = model.parameters().Where(parameter => parameter.requires_grad).Sum(parameter => parameter.numel());
        long average = options.EmaDecay > 0 ? all : 0, features = loss.Network?.parameters().Sum(parameter => parameter.numel()) ?? 0;
        return BytesPerWeight * (all + (3 * trained) + average + features);
    }
}

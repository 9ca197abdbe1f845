using System.Diagnostics;
using SuperRes.Lab.Distributed;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Training;

/// <summary>Runs a learner's network, with the average of its weights where there is one, without training it.</summary>
internal static class Validator
{
    private const int SsimWindow = 11;

    /// <summary>Means of losses, terms, PSNR and SSIM over the validation pairs.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="stage">Name for the record.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static EpochRecord Run(Learner learner, string stage, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        IReadOnlyList<string> names = learner.Loss.TermNames;
        string[] metrics = [.. learner.Options.Metrics];
        double[] sums = new double[names.Count], measured = new double[metrics.Length];
        double total = 0, psnr = 0, ssim = 0;
        long count = 0;
        bool isDivided = learner.Divided.IsDivided;
        using IDisposable off = no_grad();
        using IDisposable? averaged = learner.Average()?.Apply();
        learner.Model.eval();
        foreach (TrainingPair batch in learner.ValidBatches?.ReadEpoch(0, cancellation: learner.Divided.Reading(cancellation)) ?? [])
        {
            if (isDivided && cancellation.IsCancellationRequested)
            {
                break;
            }

            using DisposeScope scope = NewDisposeScope();
            TrainingPair pair = learner.Divided.Take(batch);
            long size = pair.Share?.Count ?? pair.Input.shape[0];
            if (size == 0)
            {
                continue;
            }

            Tensor input = ImageNet.Normalize(pair.Input.to(learner.Device)), target = ImageNet.Normalize(pair.Target.to(learner.Device));
            MaskedAnswer answer = learner.Model.Answer(input);
            Tensor? weights = MaskedPixelWeights.Of(pair.Input, pair.Target, learner.Loss.MaskedWeight)?.to(learner.Device);
            using LossTerms terms = learner.Loss.Compute(
                answer.Picture, target, weights, MaskError.Of(answer.MaskLogits, pair.Input, pair.Target));
            var loss = BatchLoss.Of(terms);
            total += size * loss.Total;
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += size * loss.Terms[i];
            }

            Tensor picture = ImageNet.Denormalize(answer.Picture).clamp(Scalars.Zero, Scalars.One).cpu();
            psnr += Psnr.Rgb(picture, pair.Target).Sum(value => Math.Min(value, Psnr.MostCounted));
            ssim += Math.Min(pair.Target.shape[2], pair.Target.shape[3]) >= SsimWindow ? Ssim.Rgb(picture, pair.Target).Sum() : double.NaN;
            for (int i = 0; i < metrics.Length; i++)
            {
                measured[i] += size * MetricRegistry.Get(metrics[i], "metrics")(picture, pair.Target);
            }

            count += size;
        }

        if (isDivided)
        {
            double[] all = [.. sums, .. measured, total, psnr, ssim, count, cancellation.IsCancellationRequested ? 1 : 0];
            learner.Ranks.Sum(all);
            (sums, measured) = (all[..names.Count], all[names.Count..^5]);
            (total, psnr, ssim, count) = (all[^5], all[^4], all[^3], (long)all[^2]);
            if (all[^1] > 0)
            {
                throw new RanksInterruptedException(cancellation);
            }
        }

        double Mean(double sum) => count == 0 ? double.NaN : sum / count;
        Dictionary<string, double> means = names.Select((name, i) => (name, Mean(sums[i])))
            .Concat(metrics.Select((name, i) => (name, Mean(measured[i])))).ToDictionary(StringComparer.Ordinal);
        return new EpochRecord(stage, 0, double.NaN, double.NaN, Mean(total), means, Mean(psnr), Mean(ssim), clock.Elapsed.TotalSeconds);
    }

    /// <summary>The network's answer to a batch: N×3×H×W in 0–1, clamped, on the CPU.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="input">N×3×H×W in 0–1.</param>
    public static Tensor Predict(Learner learner, Tensor input)
    {
        using IDisposable off = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable? averaged = learner.Average()?.Apply();
        bool training = learner.Model.training;
        learner.Model.eval();
        Tensor prediction = learner.Model.call(ImageNet.Normalize(input.to(learner.Device)));
        learner.Model.train(training);
        return ImageNet.Denormalize(prediction).clamp(Scalars.Zero, Scalars.One).cpu().MoveToOuterDisposeScope();
    }
}

using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.IO;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Models;

namespace SuperRes.Lab.Course;

/// <summary>
/// Measures trained ablations: the middle of each photo that was held out, halved by an antialiased bicubic filter and enlarged again; and
/// one detail of a sample photo to look at.
/// </summary>
/// <param name="folder">Receives the files.</param>
/// <param name="lpips">Measures LPIPS-alex; null leaves it out.</param>
public sealed class AblationRun(string folder, Func<RgbImage, RgbImage, double>? lpips)
{
    /// <summary>Side of the middle part that is measured, in pixels.</summary>
    public const int Side = 256;

    private const string Picture = "chelsea";
    private const int Quality = 92;
    private static readonly (int X, int Y, int Width, int Height) _detail = (150, 70, 128, 96);

    /// <summary>The file of an ablation's figures.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The ablation's name.</param>
    /// <returns>A path.</returns>
    public static string FileOf(string folder, string name) => Path.Combine(folder, name + ".json");

    /// <summary>The file name of an ablation's detail.</summary>
    /// <param name="name">The ablation's name, "bicubic" or "photo".</param>
    /// <returns>A name without folder.</returns>
    public static string PictureOf(string name) => name + ".webp";

    /// <summary>Measures a trained run and writes its figures and its detail.</summary>
    /// <param name="ablation">The ablation.</param>
    /// <param name="run">Its run, trained to the end.</param>
    /// <param name="machine">The processor, for the record.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="InputException">The run has no weights, or a photo can't be read.</exception>
    public AblationResult Measure(Ablation ablation, ExperimentRun run, string machine)
    {
        using RestorationModel model = run.LoadModel();
        var upscaler = new Upscaler(model);
        ImageQuality[] own = new ImageQuality[run.Data.Valid.Count], bicubic = new ImageQuality[own.Length];
        for (int i = 0; i < own.Length; i++)
        {
            RgbImage target = run.Data.Valid.Read(i).Middle(Side);
            RgbImage small = Resampler.Resize(target, target.Width / 2, target.Height / 2, ResampleFilter.Bicubic);
            own[i] = ImageQuality.Measure(upscaler.Upscale(small), target, 2, lpips);
            bicubic[i] = ImageQuality.Measure(
                Resampler.Resize(small, target.Width, target.Height, ResampleFilter.Bicubic), target, 2, lpips);
        }

        IReadOnlyList<Training.EpochRecord> epochs = run.Folder.ReadMetrics();
        var result = new AblationResult
        {
            Set = ablation.Set,
            TrainPhotos = run.Data.Train.Count,
            Steps =
                run.Experiment.Stages.Sum(s => s.Epochs * (run.Data.Train.Count * s.SamplesPerImage / s.BatchSize!.Value / s.Accumulate)),
            TrainSeconds = Math.Round(epochs.Sum(epoch => epoch.Seconds), 1),
            Machine = machine,
            Checkerboard = Checkerboard.Measure(model.Network.call),
            PsnrY = [.. own.Select(q => q.PsnrY)],
            SsimY = [.. own.Select(q => q.SsimY)],
            LpipsAlex = lpips is null ? null : [.. own.Select(q => q.Lpips!.Value)],
            BicubicPsnrY = [.. bicubic.Select(q => q.PsnrY)],
            BicubicSsimY = [.. bicubic.Select(q => q.SsimY)],
            BicubicLpipsAlex = lpips is null ? null : [.. bicubic.Select(q => q.Lpips!.Value)],
        };
        DrawDetails(ablation.Name, upscaler);
        AtomicFile.WriteAllText(FileOf(folder, ablation.Name), result.ToJson());
        return result;
    }

    private void DrawDetails(string name, Upscaler upscaler)
    {
        RgbImage sample = Lab.Sample(Picture);
        RgbImage target = sample.Crop(0, 0, sample.Width / 2 * 2, sample.Height / 2 * 2);
        RgbImage small = Resampler.Resize(target, target.Width / 2, target.Height / 2, ResampleFilter.Bicubic);
        Write(name, upscaler.Upscale(small));
        Write("bicubic", Resampler.Resize(small, target.Width, target.Height, ResampleFilter.Bicubic));
        Write("photo", target);
    }

    private void Write(string name, RgbImage image) =>
        ImageCodec.Write(image.Crop(_detail.X, _detail.Y, _detail.Width, _detail.Height), Path.Combine(folder, PictureOf(name)), Quality);
}

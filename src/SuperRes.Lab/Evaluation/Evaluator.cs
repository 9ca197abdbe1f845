using SuperRes.Lab.Imaging;
using SuperRes.Lab.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Evaluation;

/// <summary>
/// Measures models against plain methods on a folder of images, by the protocol of the super-resolution papers: the true image cropped
/// to a multiple of the scale, the small one given or made by an antialiased bicubic downscale rounded to 8 bits, luma after BT.601,
/// a border of scale pixels left out. At scale 1 it measures restoration, and leaves no border out.
/// </summary>
public sealed class Evaluator
{
    /// <summary>The one baseline of restoration: the degraded image as it is.</summary>
    public const string DegradedInput = "input";

    private readonly EvaluationOptions _options;
    private readonly TimeProvider _clock;
    private readonly IReadOnlyList<(string Name, Func<Tensor, Tensor, double> Measure)> _metrics;

    /// <summary>Creates an evaluator; folders are looked into at once.</summary>
    /// <param name="options">What is evaluated, and how.</param>
    /// <param name="clock">Measures seconds; null: the system's.</param>
    /// <exception cref="InputException">A folder is missing or empty, a partner is missing, an option is outside its range, or nobody
    /// registered a metric.</exception>
    public Evaluator(EvaluationOptions options, TimeProvider? clock = null)
    {
        (_options, _clock) = (options, clock ?? TimeProvider.System);
        _metrics = [.. options.Metrics.Distinct(StringComparer.Ordinal).Select(name => (name, MetricRegistry.Get(name, "metrics")))];
        Set = new(options);
        Protocol = options.Scale == 1
            ? MetricProtocol.Restoration(options.LowResolution is null ? options.Degradation!.Name : MetricProtocol.Given)
            : MetricProtocol.SuperResolution(options.Scale, options.LowResolution is not null);
        if (options is { Scale: > 1, LowResolution: null, Degradation: not null })
        {
            Protocol = Protocol with { Downscale = $"{MetricProtocol.Bicubic}, then {options.Degradation.Name}" };
        }

        // The usual delegate is the metric's own method, so that the network's name need not be given besides.
        Protocol = Protocol with { Lpips = (options.Lpips?.Target as Lpips)?.Network };
    }

    /// <summary>The images.</summary>
    public EvaluationSet Set { get; }

    /// <summary>The scale of what is evaluated.</summary>
    internal int Scale => _options.Scale;

    /// <summary>How the figures are made.</summary>
    public MetricProtocol Protocol { get; }

    /// <summary>Measures models and baselines on every image.</summary>
    /// <param name="models">The models; none measures the baselines alone.</param>
    /// <param name="progress">Receives the progress before each image; null for none.</param>
    /// <param name="cancellation">Stops between two images.</param>
    /// <returns>One evaluation for each model, all on the same inputs and with the same baselines.</returns>
    /// <exception cref="InputException">An image can't be read or has the wrong size, a model gives the wrong size or NaN, or a result
    /// can't be saved.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public EvaluationReport Run(
        IReadOnlyList<EvaluatedModel> models, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellation = default)
    {
        CheckNames(models);
        ImageFigures[][] figures = [.. Enumerable.Range(0, Math.Max(1, models.Count)).Select(_ => new ImageFigures[Set.Count])];
        for (int i = 0; i < Set.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new(Set.Names[i], i, Set.Count));
            EvaluationCase one = Set.Read(i);
            Dictionary<string, QualityFigures> baselines = MeasureBaselines(one);
            for (int m = 0; m < figures.Length; m++)
            {
                QualityFigures own = m < models.Count ? MeasureModel(models[m], one, models.Count > 1) : new();
                figures[m][i] = new(own) { Name = one.Name, Baselines = baselines };
            }
        }

        return new(
            [.. figures.Select(
            (images, m) => ModelEvaluation.Of(_options.Scale, Protocol, m < models.Count ? models[m].Name : null, images))]);
    }

    /// <summary>Measures restoration under several degradations, such as JPEG qualities 10, 20 and 40.</summary>
    /// <param name="options">What is evaluated; its own degradation is replaced.</param>
    /// <param name="degradations">The degradations.</param>
    /// <param name="models">The models.</param>
    /// <param name="progress">Receives the progress before each image; null for none.</param>
    /// <param name="cancellation">Stops between two images.</param>
    /// <returns>One evaluation for each degradation and model; the protocol names the degradation.</returns>
    /// <exception cref="InputException">As <see cref="Run"/>, or a folder of degraded images is given too.</exception>
    public static EvaluationReport Sweep(
        EvaluationOptions options,
        IReadOnlyList<Degradation> degradations,
        IReadOnlyList<EvaluatedModel> models,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        if (options.LowResolution is not null)
        {
            throw new InputException($"A sweep degrades the images itself; leave out the folder {options.LowResolution}.");
        }

        return new([.. degradations.SelectMany(d => new Evaluator(options with
        {
            Degradation = d,
            Save = options.Save is null ? null : Path.Combine(options.Save, d.Name.Replace(' ', '-')),
        }).Run(models, progress, cancellation).Models)]);
    }

    /// <summary>One of the images by name, with what a model makes of it.</summary>
    /// <param name="model">The model; it is run once more.</param>
    /// <param name="name">The image's name.</param>
    /// <returns>The image's input and target, and the prediction.</returns>
    /// <exception cref="InputException">There is no image of that name, or it can't be read.</exception>
    internal (EvaluationCase Case, RgbImage Prediction) PredictOne(EvaluatedModel model, string name)
    {
        int index = Set.Names.ToList().IndexOf(name);
        if (index < 0)
        {
            throw new InputException($"{_options.HighResolution} holds no image named {name}.");
        }

        EvaluationCase one = Set.Read(index);
        return (one, Predict(model, one));
    }

    private static void CheckNames(IReadOnlyList<EvaluatedModel> models)
    {
        string? twin = models.GroupBy(m => m.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1)?.Key;
        if (twin is not null)
        {
            throw new InputException($"Two models are named {twin}; tables could not distinguish them: rename one.");
        }
    }

    private Dictionary<string, QualityFigures> MeasureBaselines(EvaluationCase one)
    {
        var figures = new Dictionary<string, QualityFigures>(StringComparer.Ordinal);
        if (_options.Scale == 1)
        {
            figures[DegradedInput] = Measure(one.Input, one, 0);
            return figures;
        }

        foreach (ResampleFilter filter in _options.Baselines)
        {
            long start = _clock.GetTimestamp();
            RgbImage result = Resampler.Resize(one.Input, one.Target.Width, one.Target.Height, filter);
            figures[filter.ToString().ToLowerInvariant()] = Measure(result, one, _clock.GetElapsedTime(start).TotalSeconds);
        }

        return figures;
    }

    private QualityFigures MeasureModel(EvaluatedModel model, EvaluationCase one, bool several)
    {
        long start = _clock.GetTimestamp();
        RgbImage result = Predict(model, one);
        double seconds = _clock.GetElapsedTime(start).TotalSeconds;
        if (_options.Save is not null)
        {
            string folder = several ? Path.Combine(_options.Save, string.Join('_', model.Name.Split(Path.GetInvalidFileNameChars())))
                : _options.Save;
            ImageCodec.Write(result, Path.Combine(folder, one.Name + ".png"));
        }

        return Measure(result, one, seconds);
    }

    private RgbImage Predict(EvaluatedModel model, EvaluationCase one)
    {
        RgbImage result = one.Mask is { } mask && model.Fill is { } fill ? fill(one.Input, mask) : model.Run(one.Input);
        return result.Width == one.Target.Width && result.Height == one.Target.Height
            ? result
            : throw new InputException(
                $"{model.Name} makes {result.Width}×{result.Height} of {one.Input.Width}×{one.Input.Height}; scale {_options.Scale} needs "
                    + $"{one.Target.Width}×{one.Target.Height}: give the model's own scale.");
    }

    private QualityFigures Measure(RgbImage result, EvaluationCase one, double seconds)
    {
        QualityFigures figures =
            QualityFigures.Of(ImageQuality.Measure(result, one.Target, Protocol.Shave, _options.Lpips, _options.Extended), seconds);
        return figures with
        {
            PsnrMasked = one.Mask is null ? null : QualityFigures.Counted(Psnr.Rgb(result, one.Target, one.Mask)),
            PsnrUnmasked = one.Mask is null ? null
                : QualityFigures.Counted(Psnr.Rgb(result, one.Target, Array.ConvertAll(one.Mask, m => !m))),
            SecondsPerMegapixel = !_options.Extended ? null : seconds * 1e6 / (result.Width * result.Height),
            ChromaError = _options is { Scale: 1, Degradation.TakesColor: true } ? ChromaError.Of(result, one.Target) : null,
            Metrics = _metrics.Count == 0 ? null : MeasureMetrics(result, one.Target),
        };
    }

    private Dictionary<string, double?> MeasureMetrics(RgbImage result, RgbImage target)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor prediction = WithoutBorder(result), truth = WithoutBorder(target);
        return _metrics.ToDictionary(metric => metric.Name, metric => (double?)metric.Measure(prediction, truth), StringComparer.Ordinal);
    }

    private Tensor WithoutBorder(RgbImage image)
    {
        int shave = Protocol.Shave;
        return image.ToTensor().narrow(2, shave, image.Height - (2 * shave)).narrow(3, shave, image.Width - (2 * shave));
    }
}

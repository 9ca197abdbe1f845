using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.IO;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Models;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Course;

/// <summary>
/// Measures trained models for the page of results: each on each set, by its task, into JSON files; sheets of sample photos; the article's
/// large examples. The page itself (<see cref="ResultsPage"/>) is made of what lies in the folder then.
/// </summary>
/// <param name="folder">Receives the files.</param>
/// <param name="samples">Folder of the sample photos, the only ones that are shown.</param>
/// <param name="options">Tiles and number type of the models; null: the defaults.</param>
/// <param name="lpips">Measures LPIPS too; null: it is left out. It stays the caller's.</param>
public sealed class ResultsRun(string folder, string samples, UpscaleOptions? options = null, Lpips? lpips = null)
{
    /// <summary>What the page calls the sample photos.</summary>
    public const string SamplesName = "samples";

    private const int LargeSide = 1024, PictureQuality = 85;
    private static readonly string[] _degradations =
        ["jpeg10", "jpeg20", "jpeg40", "noise15", "noise25", "holes", "text", "watermark", "jpeg40+text"];
    private static readonly string[] _marks = ["holes", "jpeg85+text", "scratches", "dust", "folds", "watermark", "none"];
    private static readonly SheetOptions _sheet = new() { LongestSide = 224, Detail = 56 };

    /// <summary>Measures a model on a set and writes the figures.</summary>
    /// <param name="model">The model.</param>
    /// <param name="set">The set.</param>
    /// <param name="progress">Receives the progress before each image; null for none.</param>
    /// <param name="cancellation">Stops between two images.</param>
    /// <returns>The files that were written.</returns>
    /// <exception cref="InputException">An image can't be read, or a file can't be written.</exception>
    public IReadOnlyList<string> Measure(
        RestorationModel model, ResultsSet set, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellation = default)
    {
        // ×4 by repetition is shown where small images are given for it.
        int[] scales = model.Scale == 1 ? [1]
            : [.. new[] { model.Scale, model.Scale * model.Scale }.Where(s => s == model.Scale || set.LowResolution(s) is not null)];
        var written = new List<string>();
        foreach (int scale in scales)
        {
            var evaluation = new EvaluationOptions { HighResolution = set.HighResolution, LowResolution = set.LowResolution(scale),
                Scale = scale, Extended = true, Lpips = lpips is null ? null : lpips.Distance };
            EvaluatedModel found = EvaluatedModel.Of(model, scale, options);
            EvaluatedModel[] models = model.Network.HasMask ? [found, EvaluatedModel.TrueMask(options)] : [found];
            EvaluationReport report = scale > 1
                ? new Evaluator(evaluation).Run(models, progress, cancellation)
                : Evaluator.Sweep(evaluation, [.. Degradations(model).Select(Degradation.Parse)], models, progress, cancellation);
            string file = Path.Combine(folder, new ResultsName(model.Name, set.Name, scale).File);
            AtomicFile.WriteAllText(file, report.ToJson());
            written.Add(file);
        }

        return written;
    }

    /// <summary>Draws a model's sheet of the sample photos.</summary>
    /// <param name="model">The model.</param>
    /// <returns>The file that was written.</returns>
    /// <exception cref="InputException">A photo can't be read, or the file can't be written.</exception>
    public string DrawSheet(RestorationModel model)
    {
        EvaluatedModel method = EvaluatedModel.Of(model, null, options);
        string[] degradations = model.Scale > 1 ? [] : [.. Degradations(model).Where(name => name != "none")];
        var rows = new List<ComparisonRow>();
        foreach (string photo in ImageCodec.ListImages(samples))
        {
            Degradation? degradation = degradations.Length == 0 ? null : Degradation.Parse(degradations[rows.Count % degradations.Length]);
            var set = new EvaluationSet(new EvaluationOptions { HighResolution = samples, Scale = model.Scale, Degradation = degradation });
            EvaluationCase one = set.Read(set.Names.ToList().IndexOf(Path.GetFileNameWithoutExtension(photo)));
            if (!IsColorization(model) || !PixelOrder.IsGrey(one.Target.Pixels))
            {
                rows.Add(
                    new(degradation is null || IsColorization(model) ? one.Name : $"{one.Name}, {degradation.Name}", one.Input, one.Target,
                    method.Run(one.Input)));
            }
        }

        string file = Path.Combine(folder, ResultsName.Sheet(model.Name));
        var sheet = new ComparisonSheet(rows, model.Scale, model.Scale == 1 ? 0 : model.Scale, _sheet);
        ImageCodec.Write(sheet.Grid.ToImage(maximumWidth: null), file, PictureQuality);
        return file;
    }

    /// <summary>Draws an old photo, made of the first of the sample photos, before and after a model that fills marks.</summary>
    /// <param name="model">The model.</param>
    /// <returns>The file that was written.</returns>
    /// <exception cref="InputException">The photo can't be read, or the file can't be written.</exception>
    public string DrawOldPhoto(RestorationModel model)
    {
        (_, RgbImage old) = OldPhoto.Of(ImageCodec.Read(ImageCodec.ListImages(samples)[0]));
        var grid = new PictureGrid(["before", "after"], [new(null, [new(old), new(EvaluatedModel.Of(model, null, options).Run(old))])]);
        string file = Path.Combine(folder, ResultsName.OldPhoto);
        ImageCodec.Write(grid.ToImage(maximumWidth: null), file, PictureQuality);
        return file;
    }

    /// <summary>
    /// Draws the article's two large examples, both up to 1024 px: ×4 of a 256 px JPEG at quality 95, and ×2 of a 512 px JPEG at quality
    /// 30.
    /// </summary>
    /// <param name="upscaling">A ×2 model.</param>
    /// <param name="restoration">A model that repairs the second one first; null: that picture is left out.</param>
    /// <returns>The files that were written.</returns>
    /// <exception cref="InputException">The samples hold no photo of 1024 px, or a file can't be written.</exception>
    public IReadOnlyList<string> DrawLarge(RestorationModel upscaling, RestorationModel? restoration)
        => [Large(4, 95, upscaling, null), Large(2, 30, upscaling, restoration)];

    private string Large(int scale, int quality, RestorationModel upscaling, RestorationModel? restoration)
    {
        string photo = ImageCodec.ListImages(samples)
            .FirstOrDefault(p => ImageCodec.ReadHeader(p) is var h && Math.Max(h.Width, h.Height) == LargeSide)
            ?? throw new InputException($"{samples} holds no photo whose longer side has {LargeSide} pixels; the large examples are made "
                + $"of one.");
        RgbImage target = ImageCodec.Read(photo);
        RgbImage small = Resampler.Resize(target, target.Width / scale, target.Height / scale, ResampleFilter.Bicubic);
        byte[] jpeg = ImageCodec.EncodeJpeg(small, quality);
        RgbImage input = ImageCodec.Decode(jpeg, "a JPEG made here");
        var columns = new List<(string Title, RgbImage Picture)>
        {
            ("bilinear", Resampler.Resize(input, target.Width, target.Height, ResampleFilter.Bilinear)),
            (upscaling.Name, EvaluatedModel.Of(upscaling, scale, options).Run(input)),
        };
        if (restoration is not null)
        {
            RgbImage repaired = EvaluatedModel.Of(restoration, null, options).Run(input);
            columns.Add(($"{restoration.Name}, then {upscaling.Name}", EvaluatedModel.Of(upscaling, scale, options).Run(repaired)));
        }

        var grid = new PictureGrid(
            [.. columns.Select(c => c.Title)],
            [new(null,
                [.. columns.Select(
                c => new PictureCell(c.Picture,
                FormattableString.Invariant($"{Psnr.Y(c.Picture, target, scale):0.00} dB · {Ssim.Y(c.Picture, target, scale):0.000}")))])]);
        string file = Path.Combine(folder, ResultsName.Large(scale));
        ImageCodec.Write(grid.ToImage(maximumWidth: null), file, PictureQuality);
        return file;
    }

    private static bool IsColorization(RestorationModel model) =>
        string.Equals(model.Task, "colorization", StringComparison.OrdinalIgnoreCase);

    private static string[] Degradations(RestorationModel model)
        => IsColorization(model) ? ["grey"] : model.Network.HasMask ? _marks : _degradations;
}

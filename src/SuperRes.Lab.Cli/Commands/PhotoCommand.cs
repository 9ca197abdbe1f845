using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Cluster;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using TorchSharp;

namespace SuperRes.Lab.Cli.Commands;

/// <summary>What <c>upscale</c> and <c>restore</c> share: photos in, photos out.</summary>
internal abstract class PhotoCommand : LabCommand
{
    private const int MostOfFew = 8;
    private readonly CommandContext _context;
    private readonly string _defaultModel;
    private readonly Argument<string[]> _inputs =
        new("INPUT") { HelpName = "INPUT", Description = "Images, or folders of images.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _model;
    private readonly Option<string?> _out =
        Values.Text("--out", "PATH", "The result: a file for one image, otherwise a folder. Default for images: beside each input.");
    private readonly Option<int?> _quality =
        Values.Integer("--quality", "Q", "Quality of JPEG, WebP and AVIF results. Default: 95.", 1, 100);
    private readonly Option<string?> _changes =
        Values.Text("--change-map", "FILE", "Also write a picture of where and how much the model changed the image.");
    private readonly Option<bool> _overwrite =
        Values.Flag("--overwrite", "Do images again whose results are there already, and replace other files at their places.");
    private readonly Option<bool> _recursive =
        Values.Flag("--recursive", "Also do the images of the folders within a folder, into like folders.");
    private readonly Option<Shard?> _shard = Values.Shard("the images");
    private readonly ModelOptions _options = new(picksType: true);

    protected PhotoCommand(CommandContext context, string name, string description, string defaultModel, params string[] examples)
        : base(name, description, examples)
    {
        _context = context;
        _model = Values.Text(
            "--model", "M", $"{ModelFiles.Description} Or an .onnx file that makes pictures of pictures. Default: {defaultModel}.");
        _defaultModel = defaultModel;
        Arguments.Add(_inputs);
        Options.Add(_model);
    }

    /// <summary>The shipped model that is used where none is named.</summary>
    protected virtual string DefaultModelFor(ParseResult parsed) => _defaultModel;

    protected abstract string Verb { get; }

    /// <summary>Whether few pixels are left to the engine that starts faster.</summary>
    protected virtual bool MayStartWithoutTorch => false;

    /// <summary>Adds the options that come after the command's own.</summary>
    protected void AddCommonOptions()
    {
        foreach (Option option in new Option[] { _out, _quality, _changes, _recursive, _overwrite, _shard })
        {
            Options.Add(option);
        }

        _options.AddTo(this);
    }

    /// <summary>The scale that was asked for; null for the model's own.</summary>
    protected abstract int? ScaleOf(ParseResult parsed);

    /// <summary>Refuses a model that is made for something else.</summary>
    protected abstract void CheckTask(LoadedModel model);

    /// <summary>What is put behind an input's name where no output is named.</summary>
    protected abstract string Suffix(int scale);

    protected sealed override int Run(ParseResult parsed)
    {
        string[] inputs = parsed.GetRequiredValue(_inputs);
        string? output = parsed.GetValue(_out), changes = parsed.GetValue(_changes);
        bool recursive = parsed.GetValue(_recursive);
        (string Path, string Name)[] images = PhotoPaths.Expand(inputs, recursive, _context.Terminal.Note);
        bool single = inputs.Length == 1 && File.Exists(inputs[0]) && parsed.GetValue(_shard) is null;
        if (changes is not null && !single)
        {
            throw new InputException($"--change-map {changes} shows one image, and {images.Length} are given; give one image.");
        }

        if (output is null && inputs.Any(Directory.Exists))
        {
            throw new InputException($"{inputs.First(Directory.Exists)} is a folder; name a folder for the results: --out PATH.");
        }

        if (output == "-")
        {
            throw new InputException("Images are not written to the standard output; give --out a file or a folder.");
        }

        if (output is not null && !single && !PhotoPaths.IsFolder(output))
        {
            throw new InputException($"--out {output} is the name of one image, and {(images.Length > 1 ? images.Length : "a folder of")} "
                + "images are given; name a folder for the results.");
        }

        bool intoFolder = output is not null && (!single || PhotoPaths.IsFolder(output));
        foreach (string folder in intoFolder ? inputs.Where(Directory.Exists) : [])
        {
            Upscaler.CheckOutputFolder(folder, output!, recursive);
        }

        // All images' names are known, so that every part of them names its results alike.
        IReadOnlyList<string>? names = intoFolder ? Upscaler.OutputNames([.. images.Select(image => image.Name)], output!) : null;
        if (parsed.GetValue(_shard) is { } shard)
        {
            int[] part = [.. Enumerable.Range(0, images.Length).Where(i => shard.Holds(images[i].Name))];
            _context.Terminal.Note($"Part {shard} has {part.Length} of {images.Length} images.");
            (images, names) = ([.. part.Select(i => images[i])], names is null ? null : [.. part.Select(i => names[i])]);
            if (images.Length == 0)
            {
                return ExitCodes.Done;
            }
        }

        using var models = new ModelsInUse();
        IReadOnlyList<PhotoJob> jobs = Plan(parsed, [.. images.Select(image => image.Path)], models);
        using IProgressView bar = _context.Terminal.StartProgress(Verb);
        var progress = new SyncProgress<UpscaleProgress>(p => bar.Report(p.Fraction, Describe(p)));
        var results = new List<UpscaleFileResult>();
        foreach (PhotoJob job in jobs)
        {
            (string Path, string Name)[] own = [.. job.Images.Select(i => images[i])];
            string[] outputs = output is null ? [.. own.Select(image => Beside(image.Path, job))]
                : names is not null ? [.. job.Images.Select(i => names[i])]
                : [output];
            if (single)
            {
                One(parsed, job, own[0].Path, outputs[0], progress, models);
                return ExitCodes.Done;
            }

            results.AddRange(job.Upscaler.UpscaleFiles(
                [.. own.Select(image => image.Path)], outputs, Overwrites(parsed), progress, Report, _context.Cancellation).Files);
        }

        if (images.Length == 1 && results.TrueForAll(result => result.Status != UpscaleStatus.Failed))
        {
            After(parsed, images[0].Path, models);
        }

        return Sum(new UpscaleFolderResult(results));
    }

    /// <summary>What does which of the images; one model for all of them unless the command says otherwise.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="images">The images' paths.</param>
    /// <param name="models">Keeps the models until the end.</param>
    protected virtual IReadOnlyList<PhotoJob> Plan(ParseResult parsed, IReadOnlyList<string> images, ModelsInUse models)
    {
        LoadedModel model = Load(parsed, DefaultModelFor(parsed), models, images);
        return [new PhotoJob(
            model.Upscaler(parsed, _options, ScaleOf(parsed), parsed.GetValue(_quality), _context.Cancellation), model.Name,
            [.. Enumerable.Range(0, images.Count)])];
    }

    /// <summary>The model that was named, or else a shipped one.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="shipped">The shipped one.</param>
    /// <param name="models">Keeps it until the end.</param>
    /// <param name="images">What it is for, where any engine may compute that.</param>
    protected LoadedModel Load(ParseResult parsed, string shipped, ModelsInUse models, IReadOnlyList<string>? images = null)
    {
        string path = parsed.GetValue(_model) is { } named ? ModelFiles.Find(named) : ModelFiles.Default(shipped);
        bool isFew = MayStartWithoutTorch && images is { Count: <= MostOfFew } && _options.AsksForNothing(parsed)
            && parsed.GetValue(_changes) is null && path.EndsWith(ModelFiles.Extension, StringComparison.OrdinalIgnoreCase);
        LoadedModel model = models.Read(path, isFew ? file => LoadedModel.ReadForFew(file, Pixels(images!), ScaleOf(parsed)) : null);
        CheckTask(model);
        return model;
    }

    /// <summary>Where the results are to go; null: beside the inputs.</summary>
    protected string? Out(ParseResult parsed) => parsed.GetValue(_out);

    /// <summary>Whether files at the results' places are replaced, whatever they are.</summary>
    protected bool Overwrites(ParseResult parsed) => parsed.GetValue(_overwrite);

    /// <summary>Whether a model was named.</summary>
    protected bool NamesModel(ParseResult parsed) => parsed.GetValue(_model) is not null;

    /// <summary>What the command's options ask for, in the arithmetic that is fastest for a model where none is named.</summary>
    protected UpscaleOptions OptionsFor(ParseResult parsed, LoadedModel? model = null)
    {
        UpscaleOptions options = LoadedModel.Options(parsed, _options, model?.Model.FastType ?? torch.ScalarType.Float32);
        return options with { Quality = parsed.GetValue(_quality) ?? options.Quality };
    }

    /// <summary>Does what else the command is asked for with a single image.</summary>
    protected virtual void After(ParseResult parsed, string input, ModelsInUse models)
    {
    }

    private void One(
        ParseResult parsed, PhotoJob job, string input, string output, IProgress<UpscaleProgress> progress, ModelsInUse models)
    {
        string? changes = parsed.GetValue(_changes);
        if (!Overwrites(parsed) && job.Upscaler.Existing(input, output, changes) is { } there)
        {
            Report(there);
            _context.Terminal.Note($"{there.Input}: there already, of the same file and settings; --overwrite does it again.");
        }
        else
        {
            Report(job.Upscaler.UpscaleFile(input, output, changes, progress, _context.Cancellation));
        }

        After(parsed, input, models);
    }

    /// <summary>Pixels of images; those that can't be read count as none.</summary>
    private static long Pixels(IReadOnlyList<string> images) => images.Sum(image =>
    {
        try
        {
            ImageInfo header = ImageCodec.ReadHeader(image, ImageLimits.None);
            return (long)header.Width * header.Height;
        }
        catch (InputException)
        {
            return 0; // whoever needs the file itself says why
        }
    });

    private int Sum(UpscaleFolderResult results)
    {
        _context.Terminal.Note($"{results.Done} done, {results.Skipped} there already, {results.Failures.Count} failed.");
        foreach (UpscaleFileResult failure in results.Failures)
        {
            // Once more, at the end: the first time it scrolled away between the others.
            _context.Terminal.Note($"failed: {failure.Input}");
        }

        return results.Failures.Count > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }

    private void Report(UpscaleFileResult result)
    {
        switch (result.Status)
        {
            case UpscaleStatus.Failed:
                _context.Terminal.Error(result.Message!);
                break;
            case UpscaleStatus.Done:
                _context.Terminal.Result(result.Output);
                _context.Terminal.Note($"{result.Input}: {result.Width}×{result.Height} in {Words.Of(TimeSpan.FromSeconds(result.Seconds))}"
                    + (result.IsExact ? "" : "; tiles overlap less than the model sees, because of the memory limit")
                    + (result.Frames == 1 ? "" : $"; the first of its {result.Frames} pictures, as the others are not kept"));
                break;
            default:
                _context.Terminal.Result(result.Output);
                break;
        }
    }

    /// <summary>A name beside an input; with the model's in it where another model's result has the plain one.</summary>
    private string Beside(string input, PhotoJob job)
    {
        string plain = PhotoPaths.Beside(input, Suffix(job.Upscaler.Scale));
        return job.Upscaler.HoldsAnothers(plain) ? PhotoPaths.Beside(input, $"{Suffix(job.Upscaler.Scale)}-{job.Name.Replace(' ', '-')}")
            : plain;
    }

    private static string Describe(UpscaleProgress progress)
    {
        string which = progress.FileCount > 1 ? $"{progress.FileIndex + 1} of {progress.FileCount}, " : "";
        string left = progress.Remaining is { } remaining ? $", {Words.Of(remaining)} left" : "";
        return $"{which}{Path.GetFileName(progress.File)}{left}";
    }
}

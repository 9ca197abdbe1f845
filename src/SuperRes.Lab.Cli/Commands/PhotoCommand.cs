using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;

namespace SuperRes.Lab.Cli.Commands;

/// <summary>What <c>upscale</c> and <c>restore</c> share: photos in, photos out.</summary>
internal abstract class PhotoCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Argument<string[]> _inputs = new("INPUT") { HelpName = "INPUT", Description = "Images, or folders of images.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _model;
    private readonly Option<string?> _out = Values.Text("--out", "PATH", "The result: a file for one image, otherwise a folder. Default for images: beside each input.");
    private readonly Option<int?> _quality = Values.Integer("--quality", "Q", "Quality of JPEG and WebP results. Default: 95.", 1, 100);
    private readonly Option<string?> _changes = Values.Text("--change-map", "FILE", "Also write a picture of where and how much the model changed the image.");
    private readonly Option<bool> _overwrite = Values.Flag("--overwrite", "Do images in folders again whose results are there already.");
    private readonly ModelOptions _options = new();

    protected PhotoCommand(CommandContext context, string name, string description, string defaultModel, params string[] examples)
        : base(name, description, examples)
    {
        _context = context;
        _model = Values.Text("--model", "M", $"{ModelFiles.Description} Default: {defaultModel}.");
        DefaultModel = defaultModel;
        Arguments.Add(_inputs);
        Options.Add(_model);
    }

    private string DefaultModel { get; }

    protected abstract string Verb { get; }

    /// <summary>Adds the options that come after the command's own.</summary>
    protected void AddCommonOptions()
    {
        foreach (Option option in new Option[] { _out, _quality, _changes, _overwrite })
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
        string[] images = PhotoPaths.Expand(inputs);
        using LoadedModel model = LoadedModel.Read(parsed.GetValue(_model) is { } named ? ModelFiles.Find(named) : ModelFiles.Default(DefaultModel));
        CheckTask(model);
        Upscaler upscaler = model.Upscaler(parsed, _options, ScaleOf(parsed), parsed.GetValue(_quality));
        bool single = inputs.Length == 1 && File.Exists(inputs[0]);
        if (changes is not null && !single)
        {
            throw new InputException($"--change-map {changes} shows one image, and {images.Length} are given; give one image.");
        }

        using IProgressView bar = _context.Terminal.StartProgress(Verb);
        var progress = new SyncProgress<UpscaleProgress>(p => bar.Report(p.Fraction, Describe(p)));
        if (single && (output is null || !PhotoPaths.IsFolder(output)))
        {
            string file = output ?? PhotoPaths.Beside(images[0], Suffix(upscaler.Scale));
            Tell(upscaler.UpscaleFile(images[0], file, changes, progress, _context.Cancellation));
            return ExitCodes.Done;
        }

        if (output is null && inputs.Any(Directory.Exists))
        {
            throw new InputException($"{inputs.First(Directory.Exists)} is a folder; name a folder for the results: --out PATH.");
        }

        return output is null
            ? Beside(upscaler, images, progress)
            : IntoFolder(upscaler, images, output, changes, parsed.GetValue(_overwrite), progress);
    }

    private int IntoFolder(Upscaler upscaler, string[] images, string folder, string? changes, bool overwrite, SyncProgress<UpscaleProgress> progress)
    {
        if (changes is not null)
        {
            string file = Path.Combine(folder, Path.GetFileName(PhotoPaths.Beside(images[0], "")));
            Tell(upscaler.UpscaleFile(images[0], file, changes, progress, _context.Cancellation));
            return ExitCodes.Done;
        }

        UpscaleFolderResult results = upscaler.UpscaleFiles(images, folder, overwrite, progress, _context.Cancellation);
        foreach (UpscaleFileResult result in results.Files)
        {
            Tell(result);
        }

        return Summary(results);
    }

    private int Beside(Upscaler upscaler, string[] images, SyncProgress<UpscaleProgress> progress)
    {
        int failures = 0;
        foreach (string image in images)
        {
            try
            {
                Tell(upscaler.UpscaleFile(image, PhotoPaths.Beside(image, Suffix(upscaler.Scale)), null, progress, _context.Cancellation));
            }
            catch (InputException e)
            {
                failures++;
                _context.Terminal.Error(e.Message);
            }
        }

        return failures > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }

    private int Summary(UpscaleFolderResult results)
    {
        _context.Terminal.Note($"{results.Done} done, {results.Skipped} there already, {results.Failures.Count} failed.");
        return results.Failures.Count > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }

    private void Tell(UpscaleFileResult result)
    {
        switch (result.Status)
        {
            case UpscaleStatus.Failed:
                _context.Terminal.Error(result.Message!);
                break;
            case UpscaleStatus.Done:
                _context.Terminal.Result(result.Output);
                _context.Terminal.Note($"{result.Input}: {result.Width}×{result.Height} in {Words.Of(TimeSpan.FromSeconds(result.Seconds))}"
                    + (result.IsExact ? "" : "; tiles overlap less than the model sees, because of the memory limit"));
                break;
            default:
                _context.Terminal.Result(result.Output);
                break;
        }
    }

    private static string Describe(UpscaleProgress progress)
    {
        string which = progress.FileCount > 1 ? $"{progress.FileIndex + 1} of {progress.FileCount}, " : "";
        string left = progress.Remaining is { } remaining ? $", {Words.Of(remaining)} left" : "";
        return $"{which}{Path.GetFileName(progress.File)}{left}";
    }
}

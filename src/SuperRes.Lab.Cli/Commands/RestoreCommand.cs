using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres restore</c>: photos of the same size without degradations, or with colour.</summary>
internal sealed class RestoreCommand : PhotoCommand
{
    private const string Auto = "auto", Marks = "marks", Compression = "compression", Both = "both", Colour = "colour";
    private const string MarksModel = "retouch", CompressionModel = "lite-restore", ColourModel = "lite-color";
    private readonly CommandContext _context;
    private readonly Option<string?> _kind = Values.Choice(
        "--kind", "KIND", "What is mended where no model is named: marks (scratches, folds, dust, holes, text, watermarks), compression "
            + "(JPEG blocks and noise), both, colour (a grey photo gets colours), or auto: marks, and compression in photos where it "
            + "shows. Default: auto.", Auto, Marks, Compression, Both, Colour);

    private readonly Option<string?> _mask = Values.Text(
        "--mask", "FILE", "Fill just the pixels that are white in this picture of the photo's size, from what lies around them, without a "
            + "model; all others stay as they are.");

    private readonly Option<string?> _maskOut = Values.Text(
        "--mask-out", "FILE", "Also write which pixels the model takes for masked: white ones. It can be changed and given as --mask.");

    private readonly Option<double?> _strength = Values.Real(
        "--strength", "F", "How much of the model's change is made: 0 none, 1 all, 2 twice as much, as for colours that came out too "
            + "faint. Default: 1.", 0, 2);

    public RestoreCommand(CommandContext context)
        : base(
            context,
            "restore",
            "Repair or colour photos with a restoration model; their size stays.",
            $"{MarksModel}, and {CompressionModel} where compression or noise shows, or as --kind says",
            "superres restore scan.jpg",
            "superres restore scan.jpg --mask-out mask.png",
            "superres restore scan.jpg --mask mask.png --out filled.png",
            "superres restore grey.jpg --kind colour --strength 1.3",
            "superres restore scans/ --out restored/ --model runs/restore-jpeg")
    {
        _context = context;
        Options.Add(_kind);
        Options.Add(_mask);
        Options.Add(_maskOut);
        Options.Add(_strength);
        AddCommonOptions();
    }

    protected override string Verb => "restoring";

    protected override string DefaultModelFor(ParseResult parsed) => parsed.GetValue(_kind) switch
    {
        Compression => CompressionModel,
        Colour => ColourModel,
        _ => MarksModel,
    };

    protected override IReadOnlyList<PhotoJob> Plan(ParseResult parsed, IReadOnlyList<string> images, ModelsInUse models)
    {
        IReadOnlyList<PhotoJob> jobs = AtFullStrength(parsed, images, models);
        return parsed.GetValue(_strength) is not { } strength || strength == 1 ? jobs
            : [.. jobs.Select(job => job with { Upscaler = job.Upscaler.AtStrength(strength) })];
    }

    protected override int? ScaleOf(ParseResult parsed) => null;

    protected override string Suffix(int scale) => "-restored";

    private IReadOnlyList<PhotoJob> AtFullStrength(ParseResult parsed, IReadOnlyList<string> images, ModelsInUse models)
    {
        string? kind = parsed.GetValue(_kind), mask = parsed.GetValue(_mask), maskOut = parsed.GetValue(_maskOut);
        if (kind is not null && NamesModel(parsed))
        {
            throw new InputException($"--kind {kind} chooses among the shipped models, and --model names one; leave one of them out.");
        }

        if ((mask ?? maskOut) is { } file && images.Count > 1)
        {
            throw new InputException($"{(mask is null ? "--mask-out" : "--mask")} {file} is of one image, and {images.Count} are given; "
                + "give one image.");
        }

        if (maskOut is not null)
        {
            CheckMaskPlace(parsed, images[0], maskOut, models);
        }

        if (mask is not null)
        {
            if (parsed.GetValue(_strength) is not (null or 1))
            {
                throw new InputException("--mask fills the pixels it marks, without a model; leave --strength out.");
            }

            return NamesModel(parsed) || kind is not null
                ? throw new InputException("--mask fills the pixels it marks from what lies around them, without a model; leave "
                    + $"{(kind is null ? "--model" : "--kind")} out.")
                : [Filling(parsed, mask)];
        }

        int[] all = [.. Enumerable.Range(0, images.Count)];
        if (!NamesModel(parsed) && kind == Both)
        {
            return [MarksAndCompression(parsed, models) with { Images = all }];
        }

        PhotoJob job = base.Plan(parsed, images, models)[0];
        if (NamesModel(parsed) || (kind ?? Auto) != Auto)
        {
            return [job];
        }

        string key = " auto " + InputFile.HashOf(ModelFiles.Default(CompressionModel));
        var both = new Lazy<Upscaler>(() => MarksAndCompression(parsed, models).Upscaler);
        return [job with { Upscaler = job.Upscaler.With(new(photo => PhotoCondition.Of(photo).NeedsCleaning, both, key)) }];
    }

    protected override void CheckTask(LoadedModel model)
    {
        if (!model.KeepsSize)
        {
            throw new InputException($"{model.Name} is a {model.Task} model that enlarges ×{model.Scale}; use \"superres upscale\", or a "
                + $"restoration model.");
        }
    }

    protected override void After(ParseResult parsed, string input, ModelsInUse models)
    {
        if (parsed.GetValue(_maskOut) is { } output)
        {
            Upscaler masks = Masks(parsed, models);
            if (Overwrites(parsed) || masks.Existing(input, output) is null)
            {
                masks.UpscaleFile(input, output, cancellation: _context.Cancellation);
            }

            _context.Terminal.Result(output);
        }
    }

    /// <summary>Refuses a mask that would replace the result or another file, before any work is done.</summary>
    private void CheckMaskPlace(ParseResult parsed, string input, string maskOut, ModelsInUse models)
    {
        if (Out(parsed) is { } result && Path.GetFullPath(result) == Path.GetFullPath(maskOut))
        {
            throw new InputException($"The mask {maskOut} would replace the result; give it another name.");
        }

        if (!Overwrites(parsed))
        {
            _ = Masks(parsed, models).Existing(input, maskOut);
        }
    }

    private Upscaler Masks(ParseResult parsed, ModelsInUse models)
    {
        LoadedModel model = Load(parsed, MarksModel, models);
        UpscaleOptions options = OptionsFor(parsed, model);
        return new(UpscaleNetwork.MaskOf(model.Model, options.Dtype), options);
    }

    private PhotoJob MarksAndCompression(ParseResult parsed, ModelsInUse models)
    {
        LoadedModel marks = Load(parsed, MarksModel, models), compression = Load(parsed, CompressionModel, models);
        UpscaleOptions options = OptionsFor(parsed, marks);
        UpscaleNetwork both = UpscaleNetwork.Of(marks.Model, options.Dtype).Then(UpscaleNetwork.Of(compression.Model, options.Dtype));
        return new(new Upscaler(both, options), $"{marks.Name}-{compression.Name}", []);
    }

    private PhotoJob Filling(ParseResult parsed, string mask)
        => new(new Upscaler(UpscaleNetwork.Filling(), OptionsFor(parsed) with { Mask = ImageCodec.Read(mask) }), "fill", [0]);
}

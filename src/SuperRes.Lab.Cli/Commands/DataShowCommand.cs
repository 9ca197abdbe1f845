using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Course;
using SuperRes.Lab.Degradations;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.IO;
using SuperRes.Lab.Photos;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres data show</c>: sheets of a folder's photos and of what training makes of them.</summary>
internal sealed class DataShowCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly PhotoPlace _place = new();
    private readonly Option<string> _out = Values.RequiredText("--out", "DIR", "Folder of the sheets.");
    private readonly Option<string?> _preset =
        Values.Choice("--preset", "NAME", "The mix of the batch. Default: all.", [.. DegradationPresets.Names]);
    private readonly Option<string?> _photo =
        Values.Text("--photo", "FILE", "The photo that goes through every degradation. Default: the folder's first.");
    private readonly Option<int?> _size = Values.Integer("--size", "PX", "Side of the batch's crops. Default: 128.", 32, 512);
    private readonly Option<long?> _seed = Values.Seed("--seed", "The batch's seed. Default: 1.");

    public DataShowCommand(CommandContext context)
        : base(
            "show",
            "Draw a folder's contact sheet, statistics, degradations and a batch.",
            "superres data show data/samples --out sheets/",
            "superres data show photos/ --out sheets/ --preset photo --size 256")
    {
        _context = context;
        Arguments.Add(_place.Argument);
        foreach (Option option in new Option[] { _out, _preset, _photo, _size, _seed })
        {
            Options.Add(option);
        }
    }

    protected override int Run(ParseResult parsed)
    {
        PhotoPlace.Photos photos = _place.Find(parsed);
        string folder = parsed.GetRequiredValue(_out);
        ImageFolder source = photos.Open();
        int size = parsed.GetValue(_size) ?? 128;
        Save(source.ContactSheet(), folder, "contact-sheet");
        RgbImage photo = parsed.GetValue(_photo) is { } file ? ImageCodec.Read(file) : source.Read(0);
        Save(photo.ShowDegradations(), folder, "degradations");
        Save(Batch(source, parsed.GetValue(_preset) ?? "all", size, parsed.GetValue(_seed) ?? 1), folder, "batch");
        var statistics = new DataStatistics(Survey(source));
        AtomicFile.WriteAllBytes(Path.Combine(folder, "statistics.png"), statistics.ToPng()!);
        _context.Terminal.Result(statistics.ToText());
        _context.Terminal.Note($"Sheets: {folder}");
        return ExitCodes.Done;
    }

    private static PictureGrid Batch(ImageFolder source, string preset, int size, long seed)
    {
        ImageFolder large = source.Where(photo => photo.ShorterSide >= size);
        if (large.Count == 0)
        {
            throw new InputException($"No photo of {source.Root} has {size} pixels on its shorter side; choose a smaller --size.");
        }

        const int pairs = 9;
        using var loader = new BatchLoader(
            large, DegradationPresets.Find(preset), new BatchLoaderOptions { BatchSize = pairs, CropSize = size, Seed = seed,
                SamplesPerImage = ((pairs - 1) / large.Count) + 1 });
        return loader.ShowBatch(pairs, pairsPerRow: 3);
    }

    private static void Save(PictureGrid grid, string folder, string name) =>
        ImageCodec.Write(grid.ToImage(), Path.Combine(folder, name + ".png"));

    private FolderSurvey Survey(ImageFolder source)
    {
        using IProgressView bar = _context.Terminal.StartProgress("looking");
        var progress =
            new SyncProgress<PrepareProgress>(done => bar.Report((double)done.Done / done.Total, $"{done.Done} of {done.Total} images"));
        return FolderSurvey.Of(source.Root, [.. source.Photos.Select(photo => photo.Name)], progress, _context.Cancellation);
    }
}

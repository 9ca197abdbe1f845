using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Datasets;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres data synth</c>: generated images to train on.</summary>
internal sealed class DataSynthCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Option<string> _out = Values.RequiredText("--out", "DIR", "Folder of the images; those that are there are kept.");
    private readonly Option<int?> _count = Values.Integer("--count", "N", "How many images. Default: 64.", 1, 1_000_000);
    private readonly Option<int?> _size = Values.Integer("--size", "PX", "Width and height. Default: 384.", 1);
    private readonly Option<long?> _seed = Values.Seed("--seed", "The seed; the same one gives the same images. Default: 1.");

    private readonly Option<string?> _kind =
        Values.Choice("--kind", "KIND",
        "What is drawn: leaves, shapes that hide one another as in photos, pages, print in flat colours, or flat, large rectangles of one "
        + "colour each. Default: leaves.", "leaves", "pages", "flat");

    public DataSynthCommand(CommandContext context)
        : base(
            "synth",
            "Generate images to train on: dead leaves, whose edges and scales follow photos, printed pages, or flat colours.",
            "superres data synth --out data/leaves --count 200 --size 384 --seed 1",
            "superres data synth --out data/pages --count 50 --kind pages",
            "superres data synth --out data/photos --count 16 --size 480 --kind flat")
    {
        _context = context;
        foreach (Option option in new Option[] { _out, _kind, _count, _size, _seed })
        {
            Options.Add(option);
        }
    }

    protected override int Run(ParseResult parsed)
    {
        string folder = parsed.GetRequiredValue(_out);
        int count = parsed.GetValue(_count) ?? 64;
        int size = parsed.GetValue(_size) ?? 384;
        long seed = parsed.GetValue(_seed) ?? 1;
        int drawn;
        using (IProgressView bar = _context.Terminal.StartProgress("drawing"))
        {
            var progress = new SyncProgress<int>(done => bar.Report((double)done / count, $"{done} of {count} images"));
            drawn = parsed.GetValue(_kind) switch
            {
                "pages" => PrintedPages.WriteFolder(folder, count, size, seed, progress, _context.Cancellation),
                "flat" => FlatColours.WriteFolder(folder, count, size, seed, progress, _context.Cancellation),
                _ => DeadLeaves.WriteFolder(folder, count, size, seed, progress, _context.Cancellation),
            };
        }

        _context.Terminal.Result(folder);
        _context.Terminal.Note($"{drawn} images drawn, {count - drawn} were there.");
        return ExitCodes.Done;
    }
}

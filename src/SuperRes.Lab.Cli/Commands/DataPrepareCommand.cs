using System.CommandLine;
using System.Globalization;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Cluster;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Photos;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres data prepare</c>: decodes an experiment's photos into the caches that training reads.</summary>
internal sealed class DataPrepareCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly ExperimentOptions _options = new();
    private readonly Option<Shard?> _shard = Values.Shard("the caches, which are one for each crop size, and for training and validation,");

    public DataPrepareCommand(CommandContext context)
        : base(
            "prepare",
            "Decode an experiment's photos once, so that training reads no image file.",
            "superres data prepare quick",
            "superres data prepare article-div2k",
            "superres data prepare quick --images photos/ --set data.cache.content=resized",
            "superres data prepare article-div2k --shard 1/4")
    {
        _context = context;
        Arguments.Add(_options.Experiment);
        Options.Add(_options.Images);
        Options.Add(_options.Set);
        Options.Add(_shard);
    }

    protected override int Run(ParseResult parsed)
    {
        Experiment experiment = _options.Load(parsed);
        using RunData data = Open(experiment, parsed.GetValue(_options.Images));
        int[] crops = [.. experiment.Stages.Select(stage => data.CropSize(stage.Size)).Distinct()];
        var rows = new List<IReadOnlyList<object?>>();
        foreach (Stage stage in experiment.Stages)
        {
            int crop = data.CropSize(stage.Size);
            foreach (string side in (string[])["train", "valid"])
            {
                // Caches are few: parts take turns, where a hash might give one part all.
                int index = (2 * Array.IndexOf(crops, crop)) + (side == "train" ? 0 : 1);
                if (parsed.GetValue(_shard) is { } shard && index % shard.Of != shard.Number - 1)
                {
                    continue;
                }

                PairCache cache = Prepare(stage.Name, progress => side == "train"
                    ? data.TrainFor(crop, progress, _context.Cancellation) : data.ValidFor(crop, progress, _context.Cancellation));
                rows.Add(
                    [stage.Name, crop, side, cache.Count, cache.Broken.Count, Words.OfBytes(new FileInfo(cache.Path).Length),
                    LabFolders.Shown(cache.Path)]);
                foreach (BrokenImage broken in cache.Broken)
                {
                    _context.Terminal.Warning(broken.Reason);
                }
            }
        }

        _context.Terminal.Result(new Table(["stage", "crop (px)", "side", "pictures", "set aside", "size", "cache"], rows).ToText());
        return ExitCodes.Done;
    }

    private RunData Open(Experiment experiment, string? images)
    {
        using IProgressView bar = _context.Terminal.StartProgress("looking for near-duplicates");
        return RunData.Open(experiment, images, _context.Terminal.Note, _context.Cancellation, Progress(bar));
    }

    private PairCache Prepare(string stage, Func<IProgress<PrepareProgress>, PairCache> prepare)
    {
        using IProgressView bar =
            _context.Terminal.StartProgress(string.Create(CultureInfo.InvariantCulture, $"decoding for stage {stage}"));
        return prepare(Progress(bar));
    }

    private static SyncProgress<PrepareProgress> Progress(IProgressView bar) =>
        new(done => bar.Report((double)done.Done / done.Total, $"{done.Done} of {done.Total} photos"));
}

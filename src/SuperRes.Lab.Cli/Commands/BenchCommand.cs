using System.CommandLine;
using System.Globalization;
using SuperRes.Lab.Benchmarks;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Cli.Trainings;
using SuperRes.Lab.Cluster;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres bench</c>: how fast this machine trains and upscales.</summary>
internal sealed class BenchCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Option<string?> _json = Values.Text("--json", "FILE", "Write the results as JSON; - is the output.");
    private readonly Option<string?> _only = Values.Text("--only", "PREFIX", "Run the benchmarks whose names begin so. Default: all.");

    public BenchCommand(CommandContext context)
        : base(
            "bench",
            "Measure training steps, the optimizer, the network and the loader on this machine, each beside the plain way to do it.",
            "superres bench --json bench.json",
            "superres bench --only train-step",
            "superres bench --only ranks")
    {
        _context = context;
        Options.Add(_json);
        Options.Add(_only);
    }

    protected override int Run(ParseResult parsed) => RankedWork.Run(_context, library: null, ranks => Run(parsed, ranks));

    private int Run(ParseResult parsed, MpiRanks? ranks)
    {
        if (ranks is not null && parsed.GetValue(_only)?.StartsWith("ranks", StringComparison.Ordinal) != true)
        {
            throw new InputException("Under a launcher only the benchmarks of ranks are measured; give --only ranks.");
        }

        var progress = new SyncProgress<BenchmarkResult>(
            result => _context.Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{result.Name}: {result.Seconds:g4} s")));
        BenchmarkReport report = BenchmarkSuite.Run(parsed.GetValue(_only), progress, _context.Cancellation);
        string? json = parsed.GetValue(_json);
        if (json != "-")
        {
            _context.Terminal.Result(report.ToText());
        }

        if (json is not null && ranks is not { Rank: > 0 })
        {
            _context.WriteText(json, report.ToJson());
        }

        return ExitCodes.Done;
    }
}

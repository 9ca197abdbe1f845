using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Cli.Trainings;
using SuperRes.Lab.Cluster;
using SuperRes.Lab.Course;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.IO;
using SuperRes.Lab.Show;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres lr-find</c>: a learning rate for a stage.</summary>
internal sealed class LrFindCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly ExperimentOptions _options = new();
    private readonly Option<string?> _stage =
        Values.Text("--stage", "NAME", "The stage; a later one starts from the weights of the one before it. Default: the first.");
    private readonly Option<int?> _iterations = Values.Integer("--iterations", "N", "Steps at the most. Default: 100.", 20, 100_000);
    private readonly Option<string?> _plot = Values.Text("--plot", "FILE", "Write the plot as .png or .html.");
    private readonly Option<string?> _json = Values.Text("--json", "FILE", "Write rates, losses and suggestions as JSON; - is the output.");

    public LrFindCommand(CommandContext context)
        : base(
            "lr-find",
            "Search a learning rate for a stage of an experiment.",
            "superres lr-find quick --plot lr.png",
            "superres lr-find quick --stage unfrozen --images photos/")
    {
        _context = context;
        _options.AddTo(this);
        foreach (Option option in new Option[] { _stage, _iterations, _plot, _json, _options.Mpi })
        {
            Options.Add(option);
        }
    }

    protected override int Run(ParseResult parsed) =>
        RankedWork.Run(_context, parsed.GetValue(_options.Mpi), ranks => Run(parsed, ranks));

    private int Run(ParseResult parsed, MpiRanks? ranks)
    {
        string? plot = parsed.GetValue(_plot), json = parsed.GetValue(_json);
        if (plot is not null && Path.GetExtension(plot).ToLowerInvariant() is not (".png" or ".html"))
        {
            throw new InputException($"--plot {plot} ends in \"{Path.GetExtension(plot)}\"; plots are written as .png or .html.");
        }

        Experiment experiment = _options.Load(parsed);
        string place = parsed.GetValue(_options.Run) ?? experiment.Name;
        bool leads = ranks is null or { Rank: 0 };
        RunFolder folder = leads ? RunFolder.Create(place) : RunFolder.At(place);
        using var run = new ExperimentRun(experiment, folder, parsed.GetValue(_options.Images), _options.Device(parsed, ranks),
            _context.Terminal.Note, _context.Cancellation);
        LrFinderResult found;
        using (IProgressView bar = _context.Terminal.StartProgress("searching"))
        {
            bar.Report(0, "the loss over rising learning rates");
            found = run.FindLr(parsed.GetValue(_stage) ?? experiment.Stages[0].Name, parsed.GetValue(_iterations) ?? 100,
                _context.Cancellation);
        }

        if (!leads)
        {
            return ExitCodes.Done;
        }

        if (json != "-")
        {
            _context.Terminal.Result($"steepest slope  {Rate(found.SteepestRate)}\nminimum / 10    {Rate(found.MinimumRateOverTen)}");
        }

        if (json is not null)
        {
            _context.WriteText(json, ToJson(found));
        }

        if (plot is not null)
        {
            Write(found.Plot(), plot);
        }

        return ExitCodes.Done;
    }

    private void Write(Chart chart, string path)
    {
        if (path.EndsWith(".html", StringComparison.OrdinalIgnoreCase))
        {
            AtomicFile.WriteAllText(path, HtmlPage.Wrap("LR finder", chart.ToHtml(), includePlotly: true));
        }
        else
        {
            AtomicFile.WriteAllBytes(path, chart.ToPng() ?? throw new InvalidOperationException("The chart has no picture."));
        }

        _context.Terminal.Note($"Wrote {path}.");
    }

    private static string Rate(double? rate) => rate?.ToString("0.0e-0", CultureInfo.InvariantCulture)
        ?? "none: the loss diverged too early";

    private static string ToJson(LrFinderResult found)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            WriteNumber(writer, "steepest", found.SteepestRate);
            WriteNumber(writer, "minimum_over_ten", found.MinimumRateOverTen);
            WriteList(writer, "rates", found.Rates);
            WriteList(writer, "losses", found.Losses);
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void WriteList(Utf8JsonWriter writer, string name, IEnumerable<double> values)
    {
        writer.WriteStartArray(name);
        foreach (double value in values)
        {
            if (double.IsFinite(value))
            {
                writer.WriteNumberValue(value);
            }
            else
            {
                writer.WriteNullValue();
            }
        }

        writer.WriteEndArray();
    }
}

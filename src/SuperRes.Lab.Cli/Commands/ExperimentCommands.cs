using System.CommandLine;
using System.Text;
using SuperRes.Lab.Cli.Describing;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Experiments;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres experiment list</c>: the experiments that come with the project.</summary>
internal sealed class ExperimentListCommand(CommandContext context) : LabCommand(
    "list", "Name the experiments in experiments/, with what each is.", "superres experiment list")
{
    protected override int Run(ParseResult parsed)
    {
        var text = new StringBuilder();
        foreach (Experiment experiment in Experiment.Names().Select(Experiment.Load))
        {
            text.AppendWrapped(experiment.Description, "    ", experiment.Name + "\n   ", context.ConsoleEnvironment.Width);
        }

        context.Terminal.Result(text.ToString().TrimEnd());
        return ExitCodes.Done;
    }
}

/// <summary><c>superres experiment describe</c>: a key of experiment files, or all of them.</summary>
internal sealed class ExperimentDescribeCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Argument<string?> _key = new("KEY")
    {
        HelpName = "KEY", Arity = ArgumentArity.ZeroOrOne,
        Description = "The key, such as loss, model.width or data.degradations.jpeg. Default: the keys of the whole file.",
    };

    public ExperimentDescribeCommand(CommandContext context)
        : base("describe", "Say what a key of an experiment file means: its type, range and default, and the keys within it.",
            "superres experiment describe", "superres experiment describe loss", "superres experiment describe stages.learningRate")
    {
        _context = context;
        Arguments.Add(_key);
    }

    protected override int Run(ParseResult parsed)
    {
        _context.Terminal.Result(
            new KeyDescription(ExperimentSchema.Create(), _context.ConsoleEnvironment.Width).Of(parsed.GetValue(_key) ?? ""));
        return ExitCodes.Done;
    }
}

/// <summary><c>superres experiment schema</c>: the JSON schema of experiment files.</summary>
internal sealed class ExperimentSchemaCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Option<string?> _out = Values.Text("--out", "FILE", "Where to write it; - is the output. Default: the output.");

    public ExperimentSchemaCommand(CommandContext context)
        : base("schema", "Write the JSON schema by which editors complete and check experiment files.",
            "superres experiment schema --out experiments/experiment.schema.json")
    {
        _context = context;
        Options.Add(_out);
    }

    protected override int Run(ParseResult parsed)
    {
        _context.WriteText(parsed.GetValue(_out) ?? "-", ExperimentSchema.CreateText());
        return ExitCodes.Done;
    }
}

using System.CommandLine;

namespace SuperRes.Lab.Cli.Parsing;

/// <summary>A command whose help shows examples.</summary>
internal interface IExamples
{
    /// <summary>Command lines as one types them.</summary>
    IReadOnlyList<string> Examples { get; }
}

/// <summary>A command that does something.</summary>
internal abstract class LabCommand : Command, IExamples
{
    protected LabCommand(string name, string description, params string[] examples)
        : base(name, description)
    {
        Examples = examples;
        SetAction(Run);
    }

    public IReadOnlyList<string> Examples { get; }

    /// <summary>Does the work.</summary>
    /// <param name="parsed">Arguments and options.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    protected abstract int Run(ParseResult parsed);
}

/// <summary>A name over several commands; its examples are theirs, one each.</summary>
internal sealed class GroupCommand : Command, IExamples
{
    public GroupCommand(string name, string description, params Command[] commands)
        : base(name, description)
    {
        Examples = [.. commands.OfType<IExamples>().Select(command => command.Examples[0])];
        foreach (Command command in commands)
        {
            Subcommands.Add(command);
        }
    }

    public IReadOnlyList<string> Examples { get; }
}

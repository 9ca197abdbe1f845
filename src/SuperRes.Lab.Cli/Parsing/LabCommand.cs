using System.CommandLine;

namespace SuperRes.Lab.Cli.Parsing;

/// <summary>A command with the examples that its help shows.</summary>
internal abstract class LabCommand : Command
{
    protected LabCommand(string name, string description, params string[] examples)
        : base(name, description)
    {
        Examples = examples;
        SetAction(Run);
    }

    /// <summary>Command lines as one types them, "  # " before a remark.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Does the work.</summary>
    /// <param name="parsed">Arguments and options.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    protected abstract int Run(ParseResult parsed);
}

using System.CommandLine;

namespace SuperRes.Lab.Cli.Commands;

/// <summary>A name over several commands.</summary>
internal sealed class GroupCommand : Command
{
    public GroupCommand(string name, string description, params Command[] commands)
        : base(name, description)
    {
        foreach (Command command in commands)
        {
            Subcommands.Add(command);
        }
    }
}

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SuperRes.Lab.Cli.Parsing;

/// <summary>The library's help with a section of examples, and the version of this program instead of the process's.</summary>
internal static class HelpText
{
    public static void Customize(RootCommand root, int width)
    {
        foreach (Option option in root.Options)
        {
            switch (option)
            {
                case HelpOption { Action: HelpAction action }:
                    action.MaxWidth = width;
                    action.Builder.CustomizeLayout(_ => [.. HelpBuilder.Default.GetLayout(), Examples]);
                    option.Aliases.Remove("/h");
                    option.Aliases.Remove("/?");
                    break;
                case VersionOption:
                    option.Action = new ShowVersion();
                    break;
            }
        }
    }

    private static bool Examples(HelpContext context)
    {
        if (context.Command is not LabCommand { Examples.Count: > 0 } command)
        {
            return false;
        }

        context.Output.WriteLine("Examples:");
        foreach (string example in command.Examples)
        {
            context.Output.WriteLine($"  {example}");
        }

        return true;
    }

    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(ProgramVersion.Text);
            return ExitCodes.Done;
        }
    }
}

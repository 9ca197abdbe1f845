using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SuperRes.Lab.Cli.Parsing;

/// <summary>The parser's help with a section of examples, and the version of this program instead of the process's.</summary>
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
                    option.Action = new HelpWithExamples(action);
                    option.Aliases.Remove("/h");
                    option.Aliases.Remove("/?");
                    break;
                case VersionOption:
                    option.Action = new ShowVersion();
                    break;
            }
        }
    }

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            int code = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is LabCommand { Examples.Count: > 0 } command)
            {
                output.WriteLine("Examples:");
                foreach (string example in command.Examples)
                {
                    output.WriteLine($"  {example}");
                }

                output.WriteLine();
            }

            return code;
        }
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

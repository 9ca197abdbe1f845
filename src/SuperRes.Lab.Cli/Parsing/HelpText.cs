using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SuperRes.Lab.Cli.Parsing;

/// <summary>The parser's help with a section of examples, and the version of this program instead of the process's.</summary>
internal static class HelpText
{
    public static void Customize(RootCommand root, int width, params string[] examples)
    {
        foreach (Option option in root.Options)
        {
            switch (option)
            {
                case HelpOption { Action: HelpAction action }:
                    action.MaxWidth = width;
                    option.Action = new HelpWithExamples(action, examples);
                    option.Aliases.Remove("/h");
                    option.Aliases.Remove("/?");
                    option.Description = "Show help.";
                    break;
                case VersionOption:
                    option.Action = new ShowVersion();
                    option.Description = "Show the version.";
                    break;
            }
        }
    }

    private sealed class HelpWithExamples(HelpAction help, IReadOnlyList<string> examples) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            InvocationConfiguration configuration = parseResult.InvocationConfiguration;
            TextWriter output = configuration.Output;
            using var text = new StringWriter();
            configuration.Output = text;
            int code = help.Invoke(parseResult);
            configuration.Output = output;
            // The parser's help breaks lines behind a space, and ends in empty lines.
            foreach (string line in text.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
            {
                output.WriteLine(line.TrimEnd());
            }

            output.WriteLine();
            output.WriteLine("Examples:");
            foreach (string example in parseResult.CommandResult.Command is IExamples command ? command.Examples : examples)
            {
                output.WriteLine($"  {example}");
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

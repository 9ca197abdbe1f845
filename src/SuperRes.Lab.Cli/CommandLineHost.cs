using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;

namespace SuperRes.Lab.Cli;

/// <summary>Runs the command line in this process.</summary>
internal static class CommandLineHost
{
    /// <summary>Parses the arguments, runs the command and turns failures into messages and exit codes.</summary>
    /// <param name="args">The arguments, without the program's name.</param>
    /// <param name="output">Receives results.</param>
    /// <param name="error">Receives everything else.</param>
    /// <param name="environment">Who watches, environment, clock; null: nobody, the process's, the system's.</param>
    /// <param name="cancellation">Fires when the command should save and stop.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static int Run(
        IReadOnlyList<string> args, TextWriter output, TextWriter error, ConsoleEnvironment? environment = null,
            CancellationToken cancellation = default)
    {
        environment ??= new();
        using var terminal = new Terminal(output, error, environment);
        RootCommand root = CommandTree.Create(new(terminal, environment, cancellation));
        ParseResult parsed = root.Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (ParseFaults.Describe(parsed) is { } fault)
        {
            terminal.Error(fault);
            return ExitCodes.WrongInput;
        }

        bool verbose = parsed.GetValue<bool>(CommandTree.Verbose);
        Interruption.Token = cancellation;
        try
        {
            Plugins.Load(parsed.GetValue<string[]>(CommandTree.Plugin) ?? []);
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception e)
        {
            terminal.ClearProgress();
            int code = Failures.Report(e, terminal, verbose, cancellation);
            return code;
        }
    }
}

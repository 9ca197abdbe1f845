using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Cli;

/// <summary>What commands are given.</summary>
/// <param name="Terminal">Where they write.</param>
/// <param name="ConsoleEnvironment">What is around them.</param>
/// <param name="Cancellation">Fires when they should save and stop.</param>
internal sealed record CommandContext(Terminal Terminal, ConsoleEnvironment ConsoleEnvironment, CancellationToken Cancellation)
{
    /// <summary>Writes a text result to a file, or to the output where the name is "-".</summary>
    /// <param name="path">The file or "-".</param>
    /// <param name="text">The content; one line break is added to the output where it has none at its end.</param>
    public void WriteText(string path, string text)
    {
        if (path == "-")
        {
            Terminal.Result(text.TrimEnd('\n'));
            return;
        }

        AtomicFile.WriteAllText(path, text.EndsWith('\n') ? text : text + "\n");
        Terminal.Note($"Wrote {path}.");
    }
}

using System.Text;

namespace SuperRes.Lab.Notebooks.Scripting;

/// <summary>
/// Sends what a cell writes to the console to that cell, and leaves the console of everybody else alone: the writers it installs look at
/// the flow of control (which reaches the tasks and threads that a cell starts) and pass text without a cell on to the console that was
/// there before. While at least one capture lives the writers are installed; the last one to go restores the console.
/// </summary>
internal sealed class ConsoleCapture : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly AsyncLocal<Func<CellRun?>?> CurrentCell = new();

    private static int _captures;
    private static TextWriter _consoleOut = TextWriter.Null;
    private static TextWriter _consoleError = TextWriter.Null;
    private static TextWriter? _installedOut;
    private static TextWriter? _installedError;
    private static TextReader _consoleIn = TextReader.Null;
    private static TextReader? _installedIn;

    private bool _disposed;

    public ConsoleCapture()
    {
        lock (Gate)
        {
            if (_captures++ == 0)
            {
                _consoleOut = Console.Out;
                _consoleError = Console.Error;
                Install();
                _consoleIn = Console.In;
                Console.SetIn(new NoAnswers(_consoleIn));
                _installedIn = Console.In;
            }
        }
    }

    /// <summary>Routes the console of this flow of control to the cell that the function names at the time of writing; null:
    /// nowhere.</summary>
    public static void Route(Func<CellRun?> cell) => CurrentCell.Value = cell;

    /// <summary>
    /// Installs new writers: Console puts a lock around each, and a thread that was aborted while it wrote may hold it for ever.
    /// </summary>
    public static void Renew()
    {
        lock (Gate)
        {
            if (_captures > 0 && ReferenceEquals(Console.Out, _installedOut) && ReferenceEquals(Console.Error, _installedError))
            {
                Install();
            }
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            if (--_captures > 0)
            {
                return;
            }

            // Somebody who replaced the console after us keeps their writer.
            if (ReferenceEquals(Console.Out, _installedOut))
            {
                Console.SetOut(_consoleOut);
            }

            if (ReferenceEquals(Console.Error, _installedError))
            {
                Console.SetError(_consoleError);
            }

            if (ReferenceEquals(Console.In, _installedIn))
            {
                Console.SetIn(_consoleIn);
            }
        }
    }

    private static void Install()
    {
        Console.SetOut(new Router("stdout", _consoleOut));
        Console.SetError(new Router("stderr", _consoleError));
        _installedOut = Console.Out;
        _installedError = Console.Error;
    }

    /// <summary>A cell that asks gets a sentence: nobody sits before the notebook to answer.</summary>
    private sealed class NoAnswers(TextReader console) : TextReader
    {
        public override int Peek() => Source().Peek();

        public override int Read() => Source().Read();

        public override string? ReadLine() => Source().ReadLine();

        private TextReader Source() => CurrentCell.Value is null ? console
            : throw new InputException("A cell can't ask for input here; set a variable in the cell, and run it.");
    }

    private sealed class Router(string stream, TextWriter console) : TextWriter
    {
        public override Encoding Encoding => console.Encoding;

        public override void Write(char value) => Write(value.ToString());

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

        public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

        public override void Write(string? value)
        {
            if (string.IsNullOrEmpty(value))
            {
                return;
            }

            if (CurrentCell.Value is { } cell)
            {
                cell()?.Write(stream, value);
            }
            else
            {
                console.Write(value);
            }
        }

        public override void WriteLine() => Write(NewLine);

        public override void WriteLine(string? value) => Write(value + NewLine);

        public override void Flush()
        {
            if (CurrentCell.Value is null)
            {
                console.Flush();
            }
        }
    }
}

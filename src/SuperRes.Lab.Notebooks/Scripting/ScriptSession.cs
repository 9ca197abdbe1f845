using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Scripting.Hosting;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Notebooks.Scripting;

/// <summary>
/// Runs the cells of one notebook one after the other: variables, types and usings of a cell are there for the next. Console output and
/// shown values go to the cell that runs. A cell that is asked to stop sees it through <see cref="Interruption.Token"/>.
/// </summary>
public sealed class ScriptSession : IDisposable
{
    /// <summary>.NET Interactive's: a notebook that needs another must say so, or it would run here alone.</summary>
    private static readonly string[] DefaultUsings =
    [
        "System", "System.Collections", "System.Collections.Generic", "System.Linq", "System.Text", "System.Threading.Tasks",
    ];

    private readonly string _id = Guid.NewGuid().ToString("N")[..8];
    private readonly ScriptSessionOptions _options;
    private readonly string _folder;
    private readonly ConsoleCapture _console = new();
    private readonly InteractiveAssemblyLoader _loader = new();
    private readonly ScriptReferences _references;
    private readonly ScriptGlobals _globals;
    private readonly ScriptSources _sources;

    private ScriptState<object>? _state;
    private CellRun? _current;
    private int _displayed;
    private Task? _abandoned;

    /// <summary>Opens a session; the first cell takes a second or two longer, while the compiler starts.</summary>
    /// <param name="folder">The notebook's folder, from which relative paths in <c>#r</c> and <c>#!import</c> count.</param>
    /// <param name="options">How cells are treated; null: the defaults.</param>
    public ScriptSession(string folder, ScriptSessionOptions? options = null)
    {
        _folder = Path.GetFullPath(folder);
        _options = options ?? new ScriptSessionOptions();
        _sources = new ScriptSources(_folder);
        _references = new ScriptReferences(_loader);
        _globals = new ScriptGlobals(Show);
    }

    /// <summary>True while a cell that ignored the request to stop still runs: until it ends, no further cell may run here.</summary>
    public bool IsAbandoned => _abandoned is { IsCompleted: false };

    /// <summary>Runs a cell.</summary>
    /// <param name="source">Its text.</param>
    /// <param name="number">Its number, for errors.</param>
    /// <param name="live">Gets outputs in order while the cell runs, one at a time and never on the cell's own thread; null:
    /// nobody.</param>
    /// <param name="cancellation">Asks the cell to stop.</param>
    /// <returns>What came out. A failure of the cell is in the result, not thrown.</returns>
    /// <exception cref="InvalidOperationException">The session has abandoned a cell.</exception>
    public async Task<CellResult> RunAsync(
        string source, int number, Action<CellOutputEvent>? live = null, CancellationToken cancellation = default)
    {
        if (IsAbandoned)
        {
            throw new InvalidOperationException("This session left a running cell behind and can't run another.");
        }

        var events = Channel.CreateUnbounded<CellOutputEvent>(new UnboundedChannelOptions { SingleReader = true });
        var run = new CellRun(e => events.Writer.TryWrite(e), _options.MaxStreamCharacters);
        var watch = Stopwatch.StartNew();
        Task following = FollowAsync(events.Reader, live);
        var cell = new ScriptFile($"cell-{number}", number, $"cell [{number}]", source.Replace("\r\n", "\n", StringComparison.Ordinal));
        _sources.Add(cell);
        CellError? error = await RunGuardedAsync(cell, run, cancellation).ConfigureAwait(false);
        watch.Stop();
        if (error is not null)
        {
            run.Add(error.ToOutput());
        }

        run.Close();
        events.Writer.Complete();
        await following.ConfigureAwait(false);
        return new CellResult(run, error, watch.Elapsed);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _current = null;
        _state = null; // and with it whatever the cells' variables held
        _console.Dispose();
        _loader.Dispose();
    }

    /// <summary>The compilation that code at this point would belong to; for completion and inspection.</summary>
    internal Compilation CompilationFor(string code) => NextScript(code, Path.Combine(_folder, "unsaved")).GetCompilation();

    private static async Task FollowAsync(ChannelReader<CellOutputEvent> events, Action<CellOutputEvent>? live)
    {
        await foreach (CellOutputEvent output in StreamGathering.Gather(events).ConfigureAwait(false))
        {
            live?.Invoke(output);
        }
    }

    /// <summary>Runs the cell on a thread of its own, asks it to stop when it must, and leaves it behind when it doesn't heed
    /// that.</summary>
    private async Task<CellError?> RunGuardedAsync(ScriptFile cell, CellRun run, CancellationToken cancellation)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var abort = new CancellationTokenSource();
        stop.CancelAfter(_options.CellTimeLimit ?? Timeout.InfiniteTimeSpan);
        Task<CellError?> work = Task.Factory.StartNew(
            () => AbortableCell.Run(() => RunInCellAsync(cell, run, stop.Token), cell, _sources, abort.Token),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        await Task.WhenAny(work, Task.Delay(Timeout.InfiniteTimeSpan, stop.Token)).ConfigureAwait(false);
        if (!work.IsCompleted)
        {
            await Task.WhenAny(work, Task.Delay(_options.StopGrace, CancellationToken.None)).ConfigureAwait(false);
        }

        if (!work.IsCompleted)
        {
            // Not awaited: it ends with the cell, which in a finally block or in native code may be never.
            _ = abort.CancelAsync();
            await Task.WhenAny(work, Task.Delay(_options.AbortGrace, CancellationToken.None)).ConfigureAwait(false);
        }

        bool timeLimit = !cancellation.IsCancellationRequested;
        if (!work.IsCompleted)
        {
            _abandoned = work; // and the sources are left to it, undisposed
            return StopErrors.Abandoned(cell, _options, timeLimit);
        }

        CellError? error = await work.ConfigureAwait(false);
        bool stopped = stop.IsCancellationRequested && (error is null || StopErrors.IsCancellation(error));
        stop.Dispose();
        abort.Dispose();
        return stopped ? StopErrors.Stopped(cell, _options, timeLimit, error) : error;
    }

    private async Task<CellError?> RunInCellAsync(ScriptFile cell, CellRun run, CancellationToken token)
    {
        // These flow with this task and whatever it starts, and reach nobody else.
        _current = run;
        ConsoleCapture.Route(() => _current);
        DisplayHook.Show = value => Show(value);
        DisplayHook.Live = value => Show(value).Update;
        Interruption.Token = token;
        try
        {
            return await RunFileAsync(cell, new Place(cell, null, _folder, []), token).ConfigureAwait(false);
        }
        finally
        {
            _current = null;
        }
    }

    private async Task<CellError?> RunFileAsync(ScriptFile file, Place place, CancellationToken token)
    {
        foreach (ScriptPart part in ScriptParts.Split(file.Text))
        {
            try
            {
                if (await RunPartAsync(part, file, place, token).ConfigureAwait(false) is { } error)
                {
                    return error;
                }
            }
            catch (Exception e) // a value whose ToHtml throws, an assembly that can't be loaded, an end asked for while compiling
            {
                return ErrorReport.FromException(e, place.Cell, place.ImportLine, _sources);
            }
        }

        return null;
    }

    private async Task<CellError?> RunPartAsync(ScriptPart part, ScriptFile file, Place place, CancellationToken token) => part switch
    {
        CodePart code => await RunCodeAsync(code, file, place, token).ConfigureAwait(false),
        ImportPart import => await ImportAsync(import, file, place, token).ConfigureAwait(false),
        BadPart bad => DirectiveError(bad.Message, bad.Line, file, place),
        _ => throw new UnreachableException(),
    };

    private async Task<CellError?> ImportAsync(ImportPart import, ScriptFile file, Place place, CancellationToken token)
    {
        string path = Path.GetFullPath(import.File, place.Folder);
        if (place.Chain.Contains(path, StringComparer.Ordinal))
        {
            return DirectiveError($"{import.File} imports itself; take the #!import out.", import.Line, file, place);
        }

        if (!File.Exists(path))
        {
            string message = $"The file {import.File} named by #!import does not exist beside {place.What}; "
                + "build the project, which writes lab.csx, or correct the name.";
            return DirectiveError(message, import.Line, file, place);
        }

        string text = await File.ReadAllTextAsync(path, token).ConfigureAwait(false);
        var imported =
            new ScriptFile(path, place.Cell.Number, Path.GetFileName(path), text.Replace("\r\n", "\n", StringComparison.Ordinal));
        _sources.Add(imported);
        var inside = new Place(place.Cell, place.ImportLine ?? import.Line, Path.GetDirectoryName(path)!, [.. place.Chain, path]);
        return await RunFileAsync(imported, inside, token).ConfigureAwait(false);
    }

    private async Task<CellError?> RunCodeAsync(CodePart code, ScriptFile file, Place place, CancellationToken token)
    {
        foreach ((string reference, int line) in code.References)
        {
            if (_references.Add(reference, place.Folder) is { } message)
            {
                return DirectiveError(message, line, file, place);
            }
        }

        Script<object> script = NextScript(code.Text, file.Name);
        Diagnostic[] errors = [.. script.Compile(token).Where(d => d.Severity == DiagnosticSeverity.Error)];
        if (errors.Length > 0)
        {
            return ErrorReport.FromDiagnostics(place.Cell, place.ImportLine, errors, _sources);
        }

        // What ran before an exception stays: variables set by then are there for the next cell.
        _state = _state is null
            ? await script.RunAsync(_globals, _ => true, CancellationToken.None).ConfigureAwait(false)
            : await script.RunFromAsync(_state, _ => true, CancellationToken.None).ConfigureAwait(false);
        if (_state.Exception is { } exception)
        {
            return ErrorReport.FromException(exception, place.Cell, place.ImportLine, _sources);
        }

        if (_state.ReturnValue is { } value and not DisplayHandle)
        {
            _current?.Add(new DisplayOutput(Format(value), IsResult: true));
        }

        return null;
    }

    private Script<object> NextScript(string code, string path)
    {
        ScriptOptions options = ScriptOptions.Default
            .WithReferences(_references.All)
            .WithSourceResolver(_sources)
            .WithLanguageVersion(LanguageVersion.Latest)
            .WithFilePath(path)
            .WithFileEncoding(Encoding.UTF8)
            .WithEmitDebugInformation(true);
        return _state is null
            ? CSharpScript.Create<object>(code, options.WithImports(DefaultUsings), typeof(ScriptGlobals), _loader)
            : (Script<object>)_state.Script.ContinueWith<object>(code, options);
    }

    private DisplayHandle Show(object? value)
    {
        string id = $"{_id}-{Interlocked.Increment(ref _displayed)}";
        CellRun? run = _current;
        run?.Add(new DisplayOutput(Format(value), DisplayId: id));
        return new DisplayHandle(updated => run?.Update(id, Format(updated), e => _current?.Announce(e)));
    }

    private MimeBundle Format(object? value) => OutputFormatter.Format(value, _options.MaxPictureBytes);

    private static CellError DirectiveError(string message, int line, ScriptFile file, Place place) => place.ImportLine is { } import
        ? ErrorReport.FromDirective(place.Cell, import, message, [$"   in {file.Title}, line {line}"])
        : ErrorReport.FromDirective(place.Cell, line, message);

    /// <summary>
    /// Where code stands: its cell, the line of the cell that imported it, the folder that relative paths count from, and the files that
    /// import it.
    /// </summary>
    private sealed record Place(ScriptFile Cell, int? ImportLine, string Folder, IReadOnlyList<string> Chain)
    {
        public string What => ImportLine is null ? "the notebook" : Path.GetFileName(Chain[^1]);
    }
}

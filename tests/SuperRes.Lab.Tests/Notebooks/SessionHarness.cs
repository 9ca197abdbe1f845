using SuperRes.Lab.Notebooks;
using SuperRes.Lab.Notebooks.Scripting;

namespace SuperRes.Lab.Tests.Notebooks;

/// <summary>A session in a folder of its own that numbers its cells.</summary>
internal sealed class SessionHarness(ScriptSessionOptions? options = null) : IDisposable
{
    private ScriptSession? _session;
    private int _count;

    public TempFolder Folder { get; } = new();

    public List<CellOutputEvent> Live { get; } = [];

    public ScriptSession Session => _session ??= new ScriptSession(Folder.Path, options);

    public Task<CellResult> Run(string source, CancellationToken? cancellation = null) =>
        Session.RunAsync(source, ++_count, Live.Add, cancellation ?? TestContext.Current.CancellationToken);

    /// <summary>Runs cells that must not fail and gives the last one's outputs.</summary>
    public async Task<IReadOnlyList<CellOutput>> Outputs(params string[] sources)
    {
        IReadOnlyList<CellOutput> outputs = [];
        foreach (string source in sources)
        {
            CellResult result = await Run(source);
            Assert.Null(result.Error?.ToString());
            outputs = result.Outputs;
        }

        return outputs;
    }

    /// <summary>The text of the last cell's only output, a value.</summary>
    public async Task<string?> Value(params string[] sources) =>
        Assert.IsType<DisplayOutput>(Assert.Single(await Outputs(sources))).Data.Text(MimeBundle.Plain);

    public async Task<CellError> Error(params string[] sources)
    {
        await Outputs(sources[..^1]);
        CellResult result = await Run(sources[^1]);
        Assert.NotNull(result.Error);
        ErrorOutput last = Assert.IsType<ErrorOutput>(result.Outputs[^1]);
        Assert.Equal(result.Error.Message, last.Message);
        return result.Error;
    }

    public void Dispose()
    {
        _session?.Dispose();
        Folder.Dispose();
    }
}

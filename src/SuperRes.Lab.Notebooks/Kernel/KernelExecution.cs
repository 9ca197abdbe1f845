using System.Text.Json.Nodes;
using SuperRes.Lab.Notebooks.Scripting;

namespace SuperRes.Lab.Notebooks.Kernel;

/// <summary>Runs a kernel's cells and sends their output to its clients.</summary>
internal sealed class KernelExecution(ScriptSession session, KernelChannels channels) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<(int Number, string Source)> _history = [];
    private CancellationTokenSource? _running;

    /// <summary>How many cells have run.</summary>
    public int Count { get; private set; }

    /// <summary>The cells that ran, with their numbers.</summary>
    public IReadOnlyList<(int Number, string Source)> History => _history;

    /// <summary>Asks the running cell, if any, to stop.</summary>
    public void Interrupt()
    {
        lock (_lock)
        {
            _running?.Cancel();
        }
    }

    /// <summary>Runs a cell.</summary>
    /// <returns>False where it failed.</returns>
    public async Task<bool> ExecuteAsync(KernelMessage request)
    {
        string source = (string?)request.Content["code"] ?? "";
        bool silent = (bool?)request.Content["silent"] ?? false;
        if (!silent && ((bool?)request.Content["store_history"] ?? true))
        {
            Count++;
            _history.Add((Count, source));
        }

        if (!silent)
        {
            channels.Publish(request, "execute_input", new JsonObject { ["code"] = source, ["execution_count"] = Count });
        }

        ErrorOutput? error = await RunAsync(request, source, silent).ConfigureAwait(false);
        JsonObject reply = error is null
            ? new JsonObject { ["status"] = "ok", ["payload"] = new JsonArray(), ["user_expressions"] = new JsonObject() }
            : ErrorContent(error);
        reply["status"] = error is null ? "ok" : "error";
        reply["execution_count"] = Count;
        channels.ReplyOnShell(request, reply);
        return error is null;
    }

    public void Dispose() => session.Dispose();

    private async Task<ErrorOutput?> RunAsync(KernelMessage request, string source, bool silent)
    {
        if (session.IsAbandoned)
        {
            const string message =
                "An earlier cell did not stop when it was interrupted and still runs in native code; "
                + "wait until it has ended, or restart the kernel.";
            var refusal = new ErrorOutput("Abandoned", message, [message]);
            Publish(request, new CellOutputEvent(refusal));
            return refusal;
        }

        using var stop = new CancellationTokenSource();
        SetRunning(stop);
        try
        {
            Action<CellOutputEvent>? live = silent ? null : output => Publish(request, output);
            CellResult result = await session.RunAsync(source, Count, live, stop.Token).ConfigureAwait(false);
            return result.Error?.ToOutput();
        }
        finally
        {
            SetRunning(null);
        }
    }

    private void SetRunning(CancellationTokenSource? source)
    {
        lock (_lock)
        {
            _running = source;
        }
    }

    private void Publish(KernelMessage request, CellOutputEvent output)
    {
        (string Type, JsonObject Content)? message = output.Output switch
        {
            StreamOutput stream => ("stream", new JsonObject { ["name"] = stream.Stream, ["text"] = stream.Text }),
            DisplayOutput { IsResult: true } result => ("execute_result", DisplayContent(result, Count)),
            DisplayOutput display => (output.IsUpdate ? "update_display_data" : "display_data", DisplayContent(display, null)),
            ErrorOutput error => ("error", ErrorContent(error)),
            _ => null,
        };
        if (message is { } known)
        {
            channels.Publish(request, known.Type, known.Content);
        }
    }

    private static JsonObject DisplayContent(DisplayOutput display, int? count)
    {
        var content = new JsonObject
        {
            ["data"] = CellOutputJson.WriteBundle(display.Data, split: false),
            ["metadata"] = new JsonObject(),
            ["transient"] = display.DisplayId is { } id ? new JsonObject { ["display_id"] = id } : new JsonObject(),
        };
        if (count is not null)
        {
            content["execution_count"] = count;
        }

        return content;
    }

    private static JsonObject ErrorContent(ErrorOutput error) => new()
    {
        ["ename"] = error.Name,
        ["evalue"] = error.Message,
        ["traceback"] = new JsonArray([.. error.Traceback.Select(line => (JsonNode)JsonValue.Create(line))]),
    };
}

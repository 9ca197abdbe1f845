using System.Text.Json.Nodes;
using System.Threading.Channels;
using SuperRes.Lab.Notebooks.Scripting;

namespace SuperRes.Lab.Notebooks.Kernel;

/// <summary>
/// The Jupyter kernel "superres": runs C# cells for JupyterLab, VS Code's Jupyter extension and nbconvert, by the messaging protocol 5.3.
/// The working folder of the process counts as the notebook's, as Jupyter starts kernels.
/// </summary>
public sealed class JupyterKernel : IDisposable
{
    private readonly KernelChannels _channels;
    private readonly KernelExecution _execution;
    private readonly KernelAnswers _answers;
    private readonly Channel<KernelMessage> _requests = Channel.CreateUnbounded<KernelMessage>();
    private readonly TaskCompletionSource _shutdown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private JupyterKernel(ConnectionFile connection)
    {
        var session = new ScriptSession(Directory.GetCurrentDirectory());
        _channels = new KernelChannels(connection, request => _requests.Writer.TryWrite(request), OnControl);
        _execution = new KernelExecution(session, _channels);
        _answers = new KernelAnswers(session, _execution);
    }

    /// <summary>Serves one client until it asks the kernel to shut down, or until it is gone.</summary>
    /// <param name="connectionFile">The file in which Jupyter names the ports and the key.</param>
    /// <param name="cancellation">Ends the kernel.</param>
    /// <returns>A task that ends with the kernel.</returns>
    /// <exception cref="InputException">The connection file can't be read.</exception>
    public static async Task RunAsync(string connectionFile, CancellationToken cancellation = default)
    {
        using var kernel = new JupyterKernel(ConnectionFile.Read(connectionFile));
        using CancellationTokenRegistration end = cancellation.Register(() => kernel._shutdown.TrySetResult());
        ConsoleCancelEventHandler interrupt = (_, e) =>
        {
            e.Cancel = true; // Ctrl-C ends the cell, not the kernel
            kernel._execution.Interrupt();
        };
        Console.CancelKeyPress += interrupt;
        try
        {
            await kernel.ServeAsync().ConfigureAwait(false);
        }
        finally
        {
            Console.CancelKeyPress -= interrupt;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _execution.Interrupt();
        _channels.Dispose();
        _execution.Dispose();
    }

    private async Task ServeAsync()
    {
        _channels.Start();
        _channels.Publish(null, "status", new JsonObject { ["execution_state"] = "starting" });
        Task working = Task.Run(WorkAsync);
        Task ended = await Task.WhenAny(_shutdown.Task, ParentWatch.WaitAsync(), working).ConfigureAwait(false);
        _execution.Interrupt();
        _requests.Writer.TryComplete();
        await ended.ConfigureAwait(false);

        // Whatever is on its way to the client, the answer to the shutdown above all, still gets there.
        await Task.WhenAny(working, Task.Delay(TimeSpan.FromSeconds(1))).ConfigureAwait(false);
        await Task.Delay(TimeSpan.FromMilliseconds(200)).ConfigureAwait(false);
    }

    /// <summary>One request after the other: a cell waits for the one before it.</summary>
    private async Task WorkAsync()
    {
        await foreach (KernelMessage request in _requests.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            await HandleAsync(request).ConfigureAwait(false);
        }
    }

    private async Task HandleAsync(KernelMessage request)
    {
        SetStatus(request, "busy");
        try
        {
            switch (request.Type)
            {
                case "execute_request":
                    if (!await _execution.ExecuteAsync(request).ConfigureAwait(false) && (bool?)request.Content["stop_on_error"] != false)
                    {
                        AbortWaiting();
                    }

                    break;
                case "shutdown_request":
                    _channels.ReplyOnShell(request, ShutDown(request));
                    break;
                case "comm_open":
                    var refusal = new JsonObject { ["comm_id"] = request.Content["comm_id"]?.DeepClone(), ["data"] = new JsonObject() };
                    _channels.Publish(request, "comm_close", refusal); // no kernel side exists for any widget
                    break;
                default:
                    if (_answers.Answer(request) is { } answer)
                    {
                        _channels.ReplyOnShell(request, answer);
                    }

                    break;
            }
        }
#pragma warning disable CA1031 // A request that can't be answered must not end the kernel.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _channels.ReplyOnShell(request, new JsonObject
            {
                ["status"] = "error", ["ename"] = e.GetType().Name, ["evalue"] = e.Message, ["traceback"] = new JsonArray(),
            });
        }

        SetStatus(request, "idle");
    }

    /// <summary>After a failed cell the cells that wait behind it don't run, as with "run all" in every notebook program.</summary>
    private void AbortWaiting()
    {
        var others = new List<KernelMessage>();
        while (_requests.Reader.TryRead(out KernelMessage? waiting))
        {
            if (waiting.Type != "execute_request")
            {
                others.Add(waiting);
                continue;
            }

            SetStatus(waiting, "busy");
            _channels.ReplyOnShell(waiting, new JsonObject { ["status"] = "aborted", ["execution_count"] = _execution.Count });
            SetStatus(waiting, "idle");
        }

        others.ForEach(request => _requests.Writer.TryWrite(request));
    }

    private void OnControl(KernelMessage request)
    {
        SetStatus(request, "busy");
        switch (request.Type)
        {
            case "interrupt_request":
                _execution.Interrupt();
                _channels.ReplyOnControl(request, new JsonObject { ["status"] = "ok" });
                break;
            case "shutdown_request":
                _channels.ReplyOnControl(request, ShutDown(request));
                break;
            case "kernel_info_request":
                _channels.ReplyOnControl(request, KernelAnswers.Information());
                break;
        }

        SetStatus(request, "idle");
    }

    private JsonObject ShutDown(KernelMessage request)
    {
        _shutdown.TrySetResult();
        return new JsonObject { ["status"] = "ok", ["restart"] = (bool?)request.Content["restart"] ?? false };
    }

    private void SetStatus(KernelMessage request, string state) =>
        _channels.Publish(request, "status", new JsonObject { ["execution_state"] = state });
}

using Spectre.Console;

namespace SuperRes.Lab.Cli.Terminals;

/// <summary>A bar on the terminal's last line. It leaves while other text is written and comes back with the next report.</summary>
internal sealed class LiveProgress(IAnsiConsole console, string title) : IProgressView
{
    private readonly Lock _lock = new();
    private Running? _running;
    private bool _disposed;

    public void Report(double fraction, string detail)
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _running ??= Running.Start(console);
            _running.Task.Description = Markup.Escape(detail.Length > 0 ? $"{title}: {detail}" : title);
            _running.Task.Value = Math.Clamp(fraction, 0, 1);
        }
    }

    /// <summary>Takes the bar off the screen.</summary>
    public void Pause()
    {
        lock (_lock)
        {
            _running?.Stop();
            _running = null;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _running?.Stop();
            _running = null;
        }
    }

    /// <summary>Spectre's bar lives as long as a task that it awaits, and clears its line at the task's end.</summary>
    private sealed class Running(Task view, TaskCompletionSource end, ProgressTask task)
    {
        public ProgressTask Task { get; } = task;

        public static Running Start(IAnsiConsole console)
        {
            var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var begun = new TaskCompletionSource<ProgressTask>(TaskCreationOptions.RunContinuationsAsynchronously);
            Progress bar = console.Progress()
                .AutoClear(true)
                .Columns(new ProgressBarColumn { Width = 30 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left });
            // On the pool: where the caller has a synchronization context, Spectre would wait for the thread that waits for it here.
            var view = System.Threading.Tasks.Task.Run(() => bar.StartAsync(async progress =>
            {
                begun.SetResult(progress.AddTask(" ", maxValue: 1));
                await end.Task.ConfigureAwait(false);
            }));
            return new(view, end, begun.Task.GetAwaiter().GetResult());
        }

        public void Stop()
        {
            end.TrySetResult();
            view.GetAwaiter().GetResult();
        }
    }
}

using System.Runtime.InteropServices;

namespace SuperRes.Lab.Cli;

/// <summary>
/// Turns the first Ctrl-C or SIGTERM into a cancellation, so that work is saved; the second one ends the process at once. SIGUSR1, by which
/// Slurm announces the end of a job's time, is a cancellation too.
/// </summary>
internal sealed class InterruptSignals : IDisposable
{
    private const int UserSignalOfLinux = 10, UserSignalOfMac = 30;
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _count;

    /// <param name="takesInterrupt">Whether Ctrl-C is for this; a Jupyter kernel handles it itself.</param>
    public InterruptSignals(bool takesInterrupt)
    {
        if (takesInterrupt)
        {
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Receive));
        }

        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Receive));
        if (!OperatingSystem.IsWindows())
        {
            var warning = (PosixSignal)(OperatingSystem.IsMacOS() ? UserSignalOfMac : UserSignalOfLinux);
            _registrations.Add(PosixSignalRegistration.Create(warning, context =>
            {
                context.Cancel = true;
                Cancel();
            }));
        }
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _source.Dispose();
    }

    private void Receive(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _count) == 1)
        {
            context.Cancel = true;
            Cancel();
        }
    }

    /// <summary>Callbacks of the token may take their time, and the second signal must find its handler free.</summary>
    private void Cancel() => _ = Task.Run(_source.Cancel);
}

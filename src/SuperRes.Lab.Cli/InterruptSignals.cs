using System.Runtime.InteropServices;

namespace SuperRes.Lab.Cli;

/// <summary>Turns the first Ctrl-C or SIGTERM into a cancellation, so that work is saved; the second one ends the process at
/// once.</summary>
internal sealed class InterruptSignals : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    /// <param name="takesInterrupt">Whether Ctrl-C is for this; a Jupyter kernel handles it itself.</param>
    public InterruptSignals(bool takesInterrupt)
    {
        PosixSignal[] signals = takesInterrupt ? [PosixSignal.SIGINT, PosixSignal.SIGTERM] : [PosixSignal.SIGTERM];
        _registrations = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, Receive))];
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Receive(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _count) == 1)
        {
            context.Cancel = true;
            // Callbacks of the token may take their time, and the second signal must find this handler free.
            _ = Task.Run(_source.Cancel);
        }
    }
}

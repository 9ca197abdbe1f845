using System.Runtime.ExceptionServices;

namespace SuperRes.Lab.Cluster;

/// <summary>
/// The one thread that calls MPI. Others wait for it: torch's backward pass on a GPU runs on a thread of torch's, and few MPI installations
/// allow calls from several.
/// </summary>
internal sealed class MpiThread : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _asked = new(0), _done = new(0);
    private Action? _work;
    private ExceptionDispatchInfo? _failure;

    public MpiThread() => new Thread(Work) { IsBackground = true, Name = "MPI" }.Start();

    /// <summary>Runs something on the thread and waits for it.</summary>
    public void Run(Action work)
    {
        lock (_gate)
        {
            (_work, _failure) = (work, null);
            _asked.Release();
            _done.Wait();
            _failure?.Throw();
        }
    }

    /// <summary>Ends the thread.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _work = null;
            _asked.Release();
        }
    }

    private void Work()
    {
        while (true)
        {
            _asked.Wait();
            if (_work is not { } work)
            {
                return;
            }

            try
            {
                work();
            }
            catch (Exception e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }

            _done.Release();
        }
    }
}

namespace SuperRes.Lab.Notebooks.Running;

/// <summary>Samples this process's memory and keeps the largest values.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Timer _timer;
    private long _managed;
    private long _resident;

    public MemoryWatch()
    {
        _timer = new Timer(_ => Sample(), null, TimeSpan.Zero, Interval);
    }

    public (long Managed, long Resident) Peak()
    {
        Sample();
        return (Interlocked.Read(ref _managed), Interlocked.Read(ref _resident));
    }

    public void Dispose() => _timer.Dispose();

    private static void Raise(ref long peak, long value)
    {
        for (long seen = Interlocked.Read(ref peak); value > seen;)
        {
            long before = Interlocked.CompareExchange(ref peak, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private void Sample()
    {
        Raise(ref _managed, GC.GetTotalMemory(forceFullCollection: false));
        Raise(ref _resident, Environment.WorkingSet);
    }
}

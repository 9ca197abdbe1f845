using System.Collections.Concurrent;

namespace SuperRes.Lab.Web.Jobs;

/// <summary>Who watches which page's jobs: their streams are woken when something changes, and a page that is gone is noticed.</summary>
/// <param name="clock">The clock.</param>
internal sealed class Watchers(TimeProvider clock)
{
    private static readonly TimeSpan RememberFor = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, Page> _pages = new(StringComparer.Ordinal);

    /// <summary>Begins to watch; dispose what is returned to end it.</summary>
    public Watch Begin(string session)
    {
        Page page = _pages.GetOrAdd(session, _ => new(clock.GetUtcNow()));
        page.Come();
        return new(page, clock);
    }

    /// <summary>Wakes those who watch a page's jobs.</summary>
    public void Changed(string? session)
    {
        if (session is not null && _pages.TryGetValue(session, out Page? page))
        {
            page.Wake();
        }
    }

    /// <summary>For how long nobody has watched a page's jobs.</summary>
    public TimeSpan GoneFor(string session, DateTimeOffset now) =>
        _pages.GetOrAdd(session, _ => new(now)).GoneFor(now);

    /// <summary>Forgets pages that are gone and have no job.</summary>
    public void Forget(IEnumerable<string?> used, DateTimeOffset now)
    {
        var kept = used.ToHashSet(StringComparer.Ordinal);
        foreach ((string session, Page page) in _pages)
        {
            if (!kept.Contains(session) && page.GoneFor(now) > RememberFor)
            {
                _pages.TryRemove(session, out _);
            }
        }
    }

    /// <summary>One stream of one page.</summary>
    internal sealed class Watch(Page page, TimeProvider clock) : IDisposable
    {
        /// <summary>Ends with the next change; to be taken before the state is read.</summary>
        public Task Next => page.Next;

        public void Dispose() => page.Leave(clock.GetUtcNow());
    }

    /// <summary>A page.</summary>
    internal sealed class Page(DateTimeOffset since)
    {
        private readonly Lock _gate = new();
        private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private DateTimeOffset _since = since;
        private int _count;

        public Task Next => Volatile.Read(ref _next).Task;

        public void Wake() =>
            Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

        public void Come()
        {
            lock (_gate)
            {
                _count++;
            }
        }

        public void Leave(DateTimeOffset now)
        {
            lock (_gate)
            {
                (_count, _since) = (_count - 1, now);
            }
        }

        public TimeSpan GoneFor(DateTimeOffset now)
        {
            lock (_gate)
            {
                return _count > 0 ? TimeSpan.Zero : now - _since;
            }
        }
    }
}

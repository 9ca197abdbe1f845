using System.Collections.Concurrent;
using SuperRes.Lab.Native;

namespace SuperRes.Lab.Web.Jobs;

/// <summary>
/// The jobs: few may wait, one is computed at a time, results are kept for a while. All of it lies in one folder, which goes at the end.
/// </summary>
internal sealed class JobQueue : IDisposable
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);
    private readonly WebOptions _options;
    private readonly ILogger<JobQueue> _log;
    private readonly ConcurrentDictionary<string, Job> _jobs = new(StringComparer.Ordinal);
    private readonly BlockingCollection<Job> _waiting = [];
    private readonly Watchers _watchers;
    private readonly ITimer _sweeper;
    private readonly Thread _worker;
    private int _slots;

    public JobQueue(WebOptions options, ILogger<JobQueue> log)
    {
        (_options, _log) = (options, log);
        Folder = Path.Combine(options.Folder, $"superres-serve-{Environment.ProcessId}-{Path.GetRandomFileName()}");
        Directory.CreateDirectory(Folder);
        _watchers = new(options.Clock);
        _worker = new Thread(Work) { Name = "models", IsBackground = true };
        _worker.Start();
        _sweeper = options.Clock.CreateTimer(_ => Sweep(), null, SweepEvery, SweepEvery);
    }

    public string Folder { get; }

    public Watchers Watchers => _watchers;

    public IReadOnlyCollection<Job> Jobs => [.. _jobs.Values];

    /// <summary>Makes room for an upload; null where too many wait.</summary>
    public Job? Reserve(string? session)
    {
        if (Interlocked.Increment(ref _slots) > _options.QueueLength)
        {
            Interlocked.Decrement(ref _slots);
            return null;
        }

        try
        {
            return new Job(Folder, session, job => _watchers.Changed(job.Session));
        }
        catch
        {
            Interlocked.Decrement(ref _slots);
            throw;
        }
    }

    /// <summary>Gives up an upload that failed.</summary>
    public void Release(Job job)
    {
        job.Dispose();
        FreeSlot(job);
    }

    /// <summary>Takes an uploaded picture up.</summary>
    public void Add(Job job)
    {
        _jobs[job.Id] = job;
        _waiting.Add(job);
        _watchers.Changed(job.Session);
    }

    public Job? Find(string id) => _jobs.GetValueOrDefault(id);

    public JobStatus Status(Job job)
    {
        if (job.State != JobState.Queued)
        {
            return job.Status(0);
        }

        int before = _waiting.TakeWhile(other => other != job).Count(other => !other.IsEnded);
        return job.Status(before + _jobs.Values.Count(other => other.State == JobState.Running));
    }

    /// <summary>Stops a job and forgets it with its files.</summary>
    public void Remove(Job job)
    {
        job.Cancel();
        if (job.State == JobState.Queued)
        {
            FreeSlot(job);
        }

        job.End(JobState.Cancelled, null, _options.Clock.GetUtcNow());
        if (_jobs.TryRemove(job.Id, out _))
        {
            job.Dispose();
        }
    }

    public void Dispose()
    {
        _sweeper.Dispose();
        _waiting.CompleteAdding();
        foreach (Job job in _jobs.Values)
        {
            job.Cancel();
        }

        _worker.Join(TimeSpan.FromSeconds(10));
        foreach (Job job in _jobs.Values)
        {
            Remove(job);
        }

        Directory.Delete(Folder, recursive: true);
        _waiting.Dispose();
    }

    private void FreeSlot(Job job)
    {
        if (job.GivesUpSlot())
        {
            Interlocked.Decrement(ref _slots);
        }
    }

    private void Work()
    {
        NativeRuntime.Initialize(); // a thread of its own, and its own signal stack
        using var runner = new ModelRunner();
        foreach (Job job in _waiting.GetConsumingEnumerable())
        {
            if (job.Begin())
            {
                (JobState state, string? message) = Run(runner, job);
                job.End(state, message, _options.Clock.GetUtcNow());
            }

            FreeSlot(job);
            if (!_jobs.ContainsKey(job.Id))
            {
                job.Dispose(); // removed while it was computed: what was written since goes, too
            }
        }
    }

    private (JobState State, string? Message) Run(ModelRunner runner, Job job)
    {
        try
        {
            return (JobState.Done, runner.Run(job));
        }
        catch (OperationCanceledException)
        {
            return (JobState.Cancelled, null);
        }
        catch (InputException e)
        {
            return (JobState.Failed, e.Message.Replace(job.Input, job.Name, StringComparison.Ordinal)
                .Replace(job.Output, job.ResultName, StringComparison.Ordinal));
        }
        catch (Exception e) when (job.Cancellation.IsCancellationRequested && e is IOException)
        {
            return (JobState.Cancelled, null);
        }
        catch (Exception e)
        {
            // One picture must not end the program; the others go on.
            _log.LogError(e, "A picture could not be computed.");
            return (JobState.Failed, e is IOException ? "The disk is full or can't be written; free some space and try again."
                : "The picture could not be computed; try a smaller one.");
        }
    }

    /// <summary>Forgets what is old, what is too much, and what nobody waits for any more.</summary>
    private void Sweep()
    {
        DateTimeOffset now = _options.Clock.GetUtcNow();
        Job[] ended = [.. _jobs.Values.Where(job => job.Ended is not null).OrderBy(job => job.Ended)];
        IEnumerable<Job> old = ended.Where(job => now - job.Ended >= _options.KeepFor);
        IEnumerable<Job> many = ended.SkipLast(_options.MostResults);
        IEnumerable<Job> left = _jobs.Values.Where(
            job => !job.IsEnded && job.Session is { } session && _watchers.GoneFor(session, now) >= _options.LeaveAfter);
        foreach (Job job in old.Concat(many).Concat(left).Distinct())
        {
            Remove(job);
        }

        _watchers.Forget(_jobs.Values.Select(job => job.Session), now);
    }
}

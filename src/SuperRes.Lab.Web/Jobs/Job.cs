using System.Security.Cryptography;

namespace SuperRes.Lab.Web.Jobs;

/// <summary>A picture on its way through a model.</summary>
internal sealed class Job : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<Job> _changed;
    private int _slot = 1;
    private double _fraction;
    private double? _secondsLeft;
    private DateTimeOffset? _ended;
    private string? _message;

    public Job(string folder, string? session, Action<Job> changed)
    {
        (Folder, Session, _changed) = (Path.Combine(folder, Id), session, changed);
        Directory.CreateDirectory(Folder);
    }

    public string Id { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>The folder of its files, deleted with it.</summary>
    public string Folder { get; }

    /// <summary>The page that wants it; null for a script.</summary>
    public string? Session { get; }

    /// <summary>What was uploaded.</summary>
    public string Input { get; set; } = "";

    public string Output { get; set; } = "";

    public string Name { get; set; } = "";

    public string ResultName { get; set; } = "";

    public WebModel Model { get; set; } = null!;

    public int Scale { get; set; }

    public int Width { get; set; }

    public int Height { get; set; }

    public JobState State { get; private set; }

    /// <summary>Whether it counts among those that wait; one call alone gets true.</summary>
    public bool GivesUpSlot() => Interlocked.Exchange(ref _slot, 0) == 1;

    /// <summary>Counts changes.</summary>
    public int Version { get; private set; }

    /// <summary>When it ended; null before.</summary>
    public DateTimeOffset? Ended
    {
        get
        {
            lock (_gate)
            {
                return _ended;
            }
        }
    }

    public Task Finished => _finished.Task;

    public CancellationToken Cancellation => _stop.Token;

    public bool IsEnded => State is JobState.Done or JobState.Failed or JobState.Cancelled;

    public JobStatus Status(int ahead)
    {
        lock (_gate)
        {
            int before = State == JobState.Queued ? ahead : 0;
            return new(Id, Name, State, _fraction, _secondsLeft, before, _message, Model.Name, Scale, Width, Height, ResultName);
        }
    }

    /// <summary>Takes it up; false where it was cancelled meanwhile.</summary>
    public bool Begin() => Change(() => State = JobState.Running);

    public void Report(double fraction, TimeSpan? left) => Change(() => (_fraction, _secondsLeft) = (fraction, left?.TotalSeconds));

    public void End(JobState state, string? message, DateTimeOffset now)
    {
        if (Change(() => (State, _message, _fraction, _secondsLeft, _ended) =
            (state, message, state == JobState.Done ? 1 : _fraction, null, now)))
        {
            _finished.TrySetResult();
        }
    }

    /// <summary>Asks it to stop.</summary>
    public void Cancel() => _stop.Cancel();

    /// <summary>Deletes its files.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (IOException)
        {
            // It is gone already, or a file of it is just being written: then the queue deletes it when the job has stopped.
        }
    }

    private bool Change(Action change)
    {
        lock (_gate)
        {
            if (IsEnded)
            {
                return false;
            }

            change();
            Version++;
        }

        _changed(this);
        return true;
    }
}

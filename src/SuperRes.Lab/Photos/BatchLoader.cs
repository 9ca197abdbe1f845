using SuperRes.Lab.Degradations;

namespace SuperRes.Lab.Photos;

/// <summary>
/// Makes batches of training pairs on worker threads ahead of their use, epoch after epoch. Order and every random draw depend only on
/// seed, epoch, photo and options, not on the number of workers or their timing.
/// </summary>
/// <remarks>
/// One thread at a time may read. Workers that have had nothing to do for half a minute end and are started again when needed, so that
/// a loader forgotten in a notebook leaves no thread.
/// </remarks>
public sealed class BatchLoader : IDisposable
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(30);

    private readonly object _gate = new();
    private readonly PairMaker _maker;
    private readonly Dictionary<long, PendingBatch> _pending = [];
    private readonly Stack<BatchBuffer> _free = new();
    private readonly List<Thread> _threads = [];
    private long _nextToMake;
    private long _nextToRead;
    private bool _stopped;

    /// <summary>Creates a loader; its threads start with the first batch that is read.</summary>
    /// <param name="source">The photos: an <see cref="ImageFolder"/>, a <see cref="PairCache"/>, or pictures in memory.</param>
    /// <param name="degradations">How a pair is made from a photo.</param>
    /// <param name="options">Sizes, seed, workers; null: the defaults.</param>
    /// <exception cref="InputException">An option is outside its range, a photo is smaller than the crop, or the photos don't fill one
    /// batch.</exception>
    public BatchLoader(PhotoSource source, DegradationOptions degradations, BatchLoaderOptions? options = null)
        : this(source, degradations, options, validation: false)
    {
    }

    private BatchLoader(PhotoSource source, DegradationOptions degradations, BatchLoaderOptions? options, bool validation)
    {
        Options = options ?? new BatchLoaderOptions();
        OptionRanges.Validate(Options, "loader");
        _maker = new PairMaker(source, degradations, Options, validation);
        Source = source;
        PerEpoch = checked(source.Count * Options.SamplesPerImage);
        BatchesPerEpoch = Options.DropLast ? PerEpoch / Options.BatchSize : (PerEpoch + Options.BatchSize - 1) / Options.BatchSize;
        if (BatchesPerEpoch == 0)
        {
            throw new InputException($"{source.Count} photos don't fill one batch of {Options.BatchSize}; choose a smaller batch size or "
                + $"add photos.");
        }
    }

    /// <summary>The photos.</summary>
    public PhotoSource Source { get; }

    /// <summary>The options.</summary>
    public BatchLoaderOptions Options { get; }

    /// <summary>Batches of each epoch.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>The batch that is read next; setting it drops what was made ahead.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such batch.</exception>
    public LoaderPosition Position
    {
        get => At(Volatile.Read(ref _nextToRead));
        set
        {
            if (value.Epoch < 0 || value.Batch < 0 || value.Batch >= BatchesPerEpoch)
            {
                throw new ArgumentOutOfRangeException(nameof(value), $"{value} is no batch: an epoch has {BatchesPerEpoch}.");
            }

            MoveTo(((long)value.Epoch * BatchesPerEpoch) + value.Batch);
        }
    }

    /// <summary>A loader whose batches are the same in every epoch: all photos in order, centre crops, degradations fixed per
    /// photo.</summary>
    /// <param name="source">The photos.</param>
    /// <param name="degradations">How a pair is made; geometry and lighting are left out.</param>
    /// <param name="options">Sizes, seed, workers; shuffling, dropping and several samples are switched off.</param>
    /// <returns>The loader.</returns>
    /// <exception cref="InputException">As for the constructor.</exception>
    public static BatchLoader ForValidation(PhotoSource source, DegradationOptions degradations, BatchLoaderOptions? options = null) => new(
        source,
        degradations.ForValidation(),
        (options ?? new BatchLoaderOptions()) with { Shuffle = false, DropLast = false, SamplesPerImage = 1 },
        validation: true);

    /// <summary>The batches from the current position to the end of its epoch; the workers load the next epoch meanwhile.</summary>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>Batches, each of which is disposed when the next is asked for.</returns>
    /// <exception cref="InputException">A photo can't be used; thrown when its batch is due.</exception>
    public IEnumerable<Batch> ReadEpoch(CancellationToken cancellation = default)
    {
        int epoch = Position.Epoch;
        while (Position.Epoch == epoch)
        {
            using Batch batch = Next(cancellation);
            yield return batch;
        }
    }

    /// <summary>The next batch, of the next epoch where the current one is at its end. The caller disposes it.</summary>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The batch.</returns>
    /// <exception cref="InputException">A photo can't be used.</exception>
    public Batch Next(CancellationToken cancellation = default)
    {
        PendingBatch pending = Expect();
        pending.Done.Wait(cancellation);
        return Take(pending);
    }

    /// <summary>Stops the workers, waits for their end and frees the memory.</summary>
    public void Dispose()
    {
        Thread[] threads;
        lock (_gate)
        {
            _stopped = true;
            threads = [.. _threads];
            Monitor.PulseAll(_gate);
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        lock (_gate)
        {
            foreach (BatchBuffer buffer in _pending.Values.Select(p => p.Buffer).Concat(_free))
            {
                buffer.Dispose();
            }

            _pending.Clear();
            _free.Clear();
        }
    }

    internal void Return(BatchBuffer buffer)
    {
        lock (_gate)
        {
            if (!_stopped)
            {
                _free.Push(buffer);
                return;
            }
        }

        buffer.Dispose();
    }

    /// <summary>Worker threads that have not ended.</summary>
    internal int RunningWorkers
    {
        get
        {
            lock (_gate)
            {
                return _threads.Count(thread => thread.IsAlive);
            }
        }
    }

    private int PerEpoch { get; }

    private LoaderPosition At(long batch) => new((int)(batch / BatchesPerEpoch), (int)(batch % BatchesPerEpoch));

    private PendingBatch Expect()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            while (_threads.Count < Options.Workers)
            {
                var thread = new Thread(Work) { IsBackground = true, Name = $"batch loader {_threads.Count}" };
                _threads.Add(thread);
                thread.Start();
            }

            return PendingAt(_nextToRead);
        }
    }

    private Batch Take(PendingBatch pending)
    {
        // A batch that failed stays where it is: reading on fails again instead of skipping it.
        pending.Failure?.Throw();
        lock (_gate)
        {
            _pending.Remove(_nextToRead);
            _nextToRead++;
            Monitor.PulseAll(_gate);
        }

        return new Batch(this, pending.Buffer, pending.Indices, pending.Position,
            Options.Ranks == 1 ? null
                : Options.ShareOf(Math.Min(Options.BatchSize, PerEpoch - (pending.Position.Batch * Options.BatchSize))));
    }

    private void MoveTo(long batch)
    {
        lock (_gate)
        {
            foreach (PendingBatch dropped in _pending.Values)
            {
                dropped.Dropped = true;
                if (dropped.IsIdle)
                {
                    _free.Push(dropped.Buffer);
                }
            }

            _pending.Clear();
            (_nextToRead, _nextToMake) = (batch, batch);
            Monitor.PulseAll(_gate);
        }
    }

    private PendingBatch PendingAt(long batch)
    {
        if (!_pending.TryGetValue(batch, out PendingBatch? pending))
        {
            LoaderPosition position = At(batch);
            BatchBuffer buffer = _free.TryPop(out BatchBuffer? used) ? used : new BatchBuffer(Options);
            _pending[batch] = pending = new PendingBatch(buffer, position, _maker.Items(position));
        }

        return pending;
    }

    private void Work()
    {
        var workspace = new DegradationWorkspace();
        while (TakeWork(out PendingBatch pending, out int slot))
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo? failure = null;
            try
            {
                _maker.Make(pending, slot, workspace);
            }
            catch (Exception e)
            {
                failure = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e);
            }

            lock (_gate)
            {
                if (pending.Finish(slot, failure) && pending.Dropped)
                {
                    _free.Push(pending.Buffer);
                }
            }
        }
    }

    private bool TakeWork(out PendingBatch pending, out int slot)
    {
        lock (_gate)
        {
            while (!_stopped && _nextToMake >= _nextToRead + Options.Prefetch)
            {
                if (!Monitor.Wait(_gate, IdleTime) && _nextToMake >= _nextToRead + Options.Prefetch)
                {
                    _threads.Remove(Thread.CurrentThread);
                    (pending, slot) = (null!, 0);
                    return false;
                }
            }

            (pending, slot) = (null!, 0);
            if (_stopped)
            {
                return false;
            }

            pending = PendingAt(_nextToMake);
            slot = pending.Start();
            if (pending.IsAllStarted)
            {
                _nextToMake++;
            }

            return true;
        }
    }
}

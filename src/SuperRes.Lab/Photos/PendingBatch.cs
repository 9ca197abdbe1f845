using System.Runtime.ExceptionServices;

namespace SuperRes.Lab.Photos;

/// <summary>One pair of an epoch.</summary>
/// <param name="Index">The photo.</param>
/// <param name="Sample">How many crops of the photo came before in this epoch.</param>
internal readonly record struct PairItem(int Index, int Sample);

/// <summary>A batch that is being made; its members are called under the loader's lock, except <see cref="Done"/>.</summary>
internal sealed class PendingBatch(BatchBuffer buffer, LoaderPosition position, PairItem[] items)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _started;
    private int _finished;
    private int _failedSlot = int.MaxValue;

    public BatchBuffer Buffer => buffer;

    public LoaderPosition Position => position;

    public PairItem[] Items => items;

    /// <summary>The photos that the pairs really come from.</summary>
    public int[] Indices { get; } = [.. items.Select(item => item.Index)];

    /// <summary>Completes when all pairs are made or have failed.</summary>
    public Task Done => _done.Task;

    /// <summary>The failure of the first slot that failed.</summary>
    public ExceptionDispatchInfo? Failure { get; private set; }

    /// <summary>Nobody waits for it any more.</summary>
    public bool Dropped { get; set; }

    public bool IsAllStarted => _started == items.Length;

    /// <summary>No worker writes to it.</summary>
    public bool IsIdle => _started == _finished;

    public int Start() => _started++;

    /// <summary>Notes that a slot is done.</summary>
    /// <returns>Whether no worker writes to the batch any more.</returns>
    public bool Finish(int slot, ExceptionDispatchInfo? failure)
    {
        _finished++;
        if (failure is not null && slot < _failedSlot)
        {
            (_failedSlot, Failure) = (slot, failure);
        }

        if (_finished == items.Length)
        {
            _done.SetResult();
        }

        return IsIdle;
    }
}

namespace SuperRes.Lab.Weights;

/// <summary>Something wrong inside a checkpoint; becomes an <see cref="InputException"/> that also names the file.</summary>
internal sealed class CheckpointFault(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Keeps a file from costing more memory than a file of its size has reason to.</summary>
/// <param name="limit">How many bytes may be used.</param>
/// <param name="what">What they are used for, for the message.</param>
internal sealed class AllocationBudget(long limit, string what)
{
    private long _used;

    /// <summary>Counts bytes that are about to be allocated.</summary>
    /// <exception cref="CheckpointFault">They are more than the file may cost.</exception>
    public void Charge(long bytes)
    {
        // Written so that no sum can overflow.
        if (bytes < 0 || bytes > limit - _used)
        {
            throw new CheckpointFault($"{what} would take more than {limit} bytes of memory, far more than such a file needs");
        }

        _used += bytes;
    }
}

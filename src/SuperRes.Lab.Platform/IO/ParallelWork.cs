namespace SuperRes.Lab.IO;

/// <summary>Loops over all processor cores that fail as a plain loop would.</summary>
internal static class ParallelWork
{
    /// <summary>Does the work for 0 to count − 1. When several fail, the failure of the smallest index is thrown, as it is.</summary>
    public static void For(int count, Action<int> work, CancellationToken cancellation = default)
    {
        var gate = new Lock();
        (int Index, System.Runtime.ExceptionServices.ExceptionDispatchInfo Failure)? first = null;
        Parallel.For(0, count,
            new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, (i, state) =>
        {
            try
            {
                work(i);
            }
            catch (Exception e)
            {
                lock (gate)
                {
                    if (first is null || i < first.Value.Index)
                    {
                        first = (i, System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e));
                    }
                }

                state.Break();
            }
        });
        first?.Failure.Throw();
    }
}

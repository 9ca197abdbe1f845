namespace SuperRes.Lab.Distributed;

/// <summary>The ranks that this process trains with.</summary>
public static class Ranks
{
    private static readonly AsyncLocal<IRanks?> _current = new();

    /// <summary>This process alone.</summary>
    public static IRanks One { get; } = new Single();

    /// <summary>
    /// What learners and runs use: <see cref="One"/> until a program that was started by a launcher (mpirun, srun) sets another. Flows with
    /// async calls and into the tasks and threads that they start.
    /// </summary>
    public static IRanks Current
    {
        get => _current.Value ?? One;
        set => _current.Value = value;
    }

    /// <summary>One rank: sums and broadcasts change nothing.</summary>
    private sealed class Single : IRanks
    {
        public int Rank => 0;

        public int Size => 1;

        public void Sum(Span<float> values)
        {
        }

        public void Sum(Span<double> values)
        {
        }

        public void Broadcast(Span<byte> bytes)
        {
        }
    }
}

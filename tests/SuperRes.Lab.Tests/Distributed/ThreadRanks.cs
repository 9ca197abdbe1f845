using System.Runtime.ExceptionServices;
using SuperRes.Lab.Distributed;
using SuperRes.Lab.Native;

namespace SuperRes.Lab.Tests.Distributed;

/// <summary>Ranks that are threads of this process: what they compute is what processes would, without a launcher.</summary>
internal sealed class ThreadRanks : IRanks
{
    private readonly Job _job;

    private ThreadRanks(Job job, int rank) => (_job, Rank) = (job, rank);

    public int Rank { get; }

    public int Size => _job.Barrier.ParticipantCount;

    /// <summary>Runs something on several ranks at once and returns what each gives back, by rank.</summary>
    public static T[] Run<T>(int size, Func<IRanks, T> work)
    {
        using var barrier = new Barrier(size);
        var job = new Job(barrier, new Array[size]);
        var results = new T[size];
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            NativeRuntime.Initialize();
            var ranks = new ThreadRanks(job, rank);
            Ranks.Current = ranks;
            try
            {
                results[rank] = work(ranks);
            }
            catch (Exception e)
            {
                // The others wait for this rank; without it they fail too, and the first failure is the one to tell.
                Interlocked.CompareExchange(ref failure, e, null);
                job.IsBroken = true;
                barrier.RemoveParticipant();
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return results;
    }

    public void Sum(Span<float> values)
    {
        float[][] all = Exchange(values.ToArray());
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = all[0][i];
            for (int rank = 1; rank < all.Length; rank++)
            {
                values[i] += all[rank][i];
            }
        }
    }

    public void Sum(Span<double> values)
    {
        double[][] all = Exchange(values.ToArray());
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = all[0][i];
            for (int rank = 1; rank < all.Length; rank++)
            {
                values[i] += all[rank][i];
            }
        }
    }

    public void Broadcast(Span<byte> bytes) => Exchange(bytes.ToArray())[0].CopyTo(bytes);

    private T[][] Exchange<T>(T[] own)
    {
        _job.Parts[Rank] = own;
        _job.Barrier.SignalAndWait();
        T[][] all = [.. _job.Parts.Cast<T[]>()];
        _job.Barrier.SignalAndWait();
        return _job.IsBroken
            ? throw new InvalidOperationException("another rank has failed")
            : all.All(part => part.Length == own.Length) ? all : throw new InvalidOperationException("ranks exchange different lengths");
    }

    private sealed class Job(Barrier barrier, Array[] parts)
    {
        public Barrier Barrier => barrier;

        public Array[] Parts => parts;

        public volatile bool IsBroken;
    }
}

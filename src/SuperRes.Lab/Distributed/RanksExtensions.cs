using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace SuperRes.Lab.Distributed;

/// <summary>What is made of sums and broadcasts.</summary>
internal static class RanksExtensions
{
    /// <summary>Whether this rank writes files and speaks.</summary>
    public static bool Leads(this IRanks ranks) => ranks.Rank == 0;

    /// <summary>Whether something holds on any rank.</summary>
    public static bool Any(this IRanks ranks, bool here)
    {
        Span<double> count = [here ? 1 : 0];
        ranks.Sum(count);
        return count[0] > 0;
    }

    /// <summary>Waits until all ranks are here.</summary>
    public static void Wait(this IRanks ranks) => ranks.Any(false);

    /// <summary>
    /// Lets rank 0 do first what writes files that all ranks use, such as caches; then the others. Where rank 0 fails its process ends, and
    /// the launcher ends the others.
    /// </summary>
    public static T LeaderFirst<T>(this IRanks ranks, Func<T> work)
    {
        if (!ranks.Leads())
        {
            ranks.Wait();
            return work();
        }

        T done = work();
        ranks.Wait();
        return done;
    }

    /// <summary>Rank 0's text; null where it has none.</summary>
    public static string? Broadcast(this IRanks ranks, string? text)
    {
        if (ranks.Size == 1)
        {
            return text;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text ?? "");
        Span<int> length = [text is null ? -1 : bytes.Length];
        ranks.Broadcast(MemoryMarshal.AsBytes(length));
        bytes = ranks.Leads() ? bytes : new byte[Math.Max(0, length[0])];
        ranks.Broadcast(bytes);
        return length[0] < 0 ? null : Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Replaces a tensor's values by those of rank 0.</summary>
    public static void Broadcast(this IRanks ranks, Tensor values)
    {
        using IDisposable off = no_grad();
        using Tensor host = values.cpu(), dense = host.contiguous();
        ranks.Broadcast(dense.bytes);
        if (!ranks.Leads())
        {
            values.copy_(dense);
        }
    }

    /// <summary>Refuses a rank that has found something else than rank 0; all ranks end with the same sentence.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="found">What each rank looked at, in words, and what it found there.</param>
    /// <exception cref="InputException">Ranks differ.</exception>
    public static void RequireSame(this IRanks ranks, params (string What, string Found)[] found)
    {
        double[] differs = new double[ranks.Size * found.Length];
        for (int i = 0; i < found.Length; i++)
        {
            differs[(ranks.Rank * found.Length) + i] = ranks.Broadcast(found[i].Found) == found[i].Found ? 0 : 1;
        }

        ranks.Sum(differs);
        int first = Array.FindIndex(differs, value => value > 0);
        if (first >= 0)
        {
            throw new InputException(
                $"Rank {first / found.Length} of {ranks.Size} has {found[first % found.Length].What} than rank 0; give all ranks the same "
                + "files, in a folder that all machines share, and the same build of superres.");
        }
    }
}

using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Cluster;
using SuperRes.Lab.Distributed;

namespace SuperRes.Lab.Cli.Trainings;

/// <summary>
/// Runs a command on all processes that a launcher started. Rank 0 speaks; a rank that fails ends the whole job, because the others would
/// wait for it for ever.
/// </summary>
internal static class RankedWork
{
    // Where all ranks fail alike, rank 0's message is enough, and it ends the others meanwhile.
    private static readonly TimeSpan TurnOfRankZero = TimeSpan.FromSeconds(3);

    /// <summary>Runs the command; alone where no launcher started several processes.</summary>
    /// <param name="context">The command's context.</param>
    /// <param name="library">The MPI library; null for what is found.</param>
    /// <param name="work">The command; it is given the ranks, null where it runs alone.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="InputException">There is no MPI library, or the processes don't find each other.</exception>
    public static int Run(CommandContext context, string? library, Func<MpiRanks?, int> work)
    {
        if (RankedProcess.Join(library, context.ConsoleEnvironment.Environment) is not { } ranks)
        {
            return work(null);
        }

        Terminal terminal = context.Terminal;
        terminal.IsMuted = ranks.Rank > 0;
        try
        {
            RankedProcess.ShareCores(ranks);
            NcclRanks? gpus = RankedProcess.JoinGpus(ranks);
            Ranks.Current = (IRanks?)gpus ?? ranks;
            terminal.Note($"{ranks.Size} ranks over {ranks.ShortVersion}{(gpus is null ? "" : ", gradients over NCCL")}");
            int code = work(ranks);
            gpus?.Dispose(); // not after a failure: it would wait for GPUs that wait for this one
            ranks.Dispose();
            return code;
        }
        catch (RanksInterruptedException)
        {
            ranks.Dispose();
            return ExitCodes.Interrupted;
        }
        catch (Exception e)
        {
            if (ranks.Rank > 0)
            {
                Thread.Sleep(TurnOfRankZero);
                terminal.Error($"rank {ranks.Rank} on {ranks.Host}:");
            }

            int code = Failures.Report(e, terminal, verbose: false, context.Cancellation);
            ranks.Abort(code);
            return code;
        }
        finally
        {
            Ranks.Current = Ranks.One;
        }
    }
}

using System.Globalization;
using System.Text;

namespace SuperRes.Lab.Cluster;

/// <summary>Job scripts for sbatch, with comments. They are printed; a person reads, changes and submits them.</summary>
internal static class SlurmScript
{
    /// <summary>A training on one or several ranks, which is requeued before its time is over, and goes on.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="train">The words behind "superres", without --run and --resume.</param>
    /// <param name="run">The run folder.</param>
    public static string Training(SlurmRequest request, IEnumerable<string> train, string run)
    {
        // A rank that dies ends the others, and the job.
        string start = request.Ranks == 1 ? "" : $"srun --mpi={request.Mpi} --kill-on-bad-exit=1 ";
        string other = request.Mpi == "pmix"
            ? "--mpi=pmix is Open MPI's, MPICH needs --mpi=pmi2" : "--mpi=pmi2 is MPICH's, Open MPI needs --mpi=pmix";
        string ranks = request.Ranks == 1 ? "" : $"# {other}; without it each rank would be alone, which superres refuses.\n";
        return $$"""
            {{Head(request)}}
            run={{ShellWord.Quote(run)}}
            resume=()
            [ -d "$run/checkpoints" ] && resume=(--resume)

            # A job whose time is nearly over is warned, saves its state after the step, and is queued again to go on.
            warned=
            trap 'warned=1; kill -USR1 "$!"' USR1

            {{ranks}}{{start}}$superres {{ShellWord.Join(train)}} --run "$run" "${resume[@]}" &
            while kill -0 "$!" 2>/dev/null; do wait "$!"; done # a signal ends wait, and not what it waits for
            wait "$!"
            code=$?
            if [ -n "$warned" ] && [ "$code" -eq 130 ]; then
              scontrol requeue "$SLURM_JOB_ID" # 130: interrupted after saving
            fi
            exit "$code"

            """;
    }

    /// <summary>A job array with a run for each point of a sweep.</summary>
    /// <param name="request">What each task asks for.</param>
    /// <param name="train">The words behind "superres", without --set, --run and --resume.</param>
    /// <param name="points">Changes and run folder of each point.</param>
    public static string Sweep(
        SlurmRequest request, IEnumerable<string> train, IReadOnlyList<(IReadOnlyList<string> Settings, string Run)> points)
    {
        var cases = new StringBuilder();
        for (int i = 0; i < points.Count; i++)
        {
            string set = ShellWord.Join(points[i].Settings.SelectMany(setting => new[] { "--set", setting }));
            cases.Append(CultureInfo.InvariantCulture, $"  {i + 1}) set=({set}); run={ShellWord.Quote(points[i].Run)} ;;\n");
        }

        return Training(request with { Array = points.Count }, train, "RUN")
            .Replace("run=RUN\n", $"case $SLURM_ARRAY_TASK_ID in\n{cases}esac\n", StringComparison.Ordinal)
            .Replace(" --run \"$run\"", " \"${set[@]}\" --run \"$run\"", StringComparison.Ordinal);
    }

    /// <summary>A job array whose tasks do the parts of a folder.</summary>
    /// <param name="request">What each task asks for.</param>
    /// <param name="work">The words behind "superres", without --shard.</param>
    /// <param name="parts">How many parts.</param>
    public static string Folder(SlurmRequest request, IEnumerable<string> work, int parts) => $"""
        {Head(request with { Array = parts })}
        # Each task does the files that a hash of their names gives it, and skips those that are done: a task that is killed, requeued or
        # started twice does no harm.
        exec $superres {ShellWord.Join(work)} --shard "$SLURM_ARRAY_TASK_ID/{parts}"

        """;

    private static string Head(SlurmRequest request)
    {
        var head = new StringBuilder("#!/bin/bash\n");
        void Ask(string what, string why = "") => head.Append(
            why.Length == 0 ? $"#SBATCH --{what}\n" : $"#SBATCH --{what,-28} # {why}\n");
        Ask($"job-name={request.Name}");
        if (request.Array > 0)
        {
            Ask($"array=1-{request.Array}", "add %8 to run eight at a time");
        }

        Ask($"nodes={request.Nodes}");
        Ask($"ntasks-per-node={request.RanksPerNode}", request.Gpus > 0 ? "a rank computes on one GPU" : "ranks on each machine");
        if (request.Cores is { } cores)
        {
            Ask($"cpus-per-task={cores}");
        }

        if (request.Gpus > 0)
        {
            Ask($"gpus-per-task={request.Gpus}");
        }

        if (request.Partition is { } partition)
        {
            Ask($"partition={partition}");
        }

        Ask($"time={request.Time}");
        Ask("signal=B:USR1@120", "two minutes before the end");
        Ask("requeue");
        Ask("open-mode=append", "a requeued job goes on in its log");
        Ask(request.Array > 0 ? "output=%x-%A_%a.log" : "output=%x-%j.log");
        head.Append("""

            # The program: the .NET tool, or "dotnet /path/to/superres.dll". All machines must see it, the photos and the run folder under
            # the same paths.
            superres=${SUPERRES:-superres}
            export OMP_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1}

            """);
        return head.ToString();
    }
}

using System.Diagnostics;
using SuperRes.Lab.Tests.Cli;

namespace SuperRes.Lab.Tests.Distributed;

/// <summary>Job scripts are run by bash, with programs in the place of superres, srun and scontrol.</summary>
public sealed class SlurmScriptTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public SlurmScriptTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Job scripts are for bash and Slurm.");
        Program("srun", """echo "srun $1 $2"; shift 2; exec "$@" """);
        Program("scontrol", """echo "scontrol $*" """);
        Program("superres", """printf '<%s>' "$@"; echo""");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_SeveralRanks_StartsThemByMpiAndResumesARunThatIsThere()
    {
        string run = _folder["my runs", "a"];
        string script = Print("slurm", "train", "quick", "--nodes", "2", "--cores", "16", "--run", run, "--set", "seed=2");
        Assert.Contains("#SBATCH --nodes=2\n", script, StringComparison.Ordinal);
        Assert.Contains("#SBATCH --cpus-per-task=16\n", script, StringComparison.Ordinal);

        (int code, string said) = await Run(script);
        Directory.CreateDirectory(Path.Combine(run, "checkpoints"));
        (int again, string saidAgain) = await Run(script);

        Assert.Equal((0, 0), (code, again));
        string words = $"srun --mpi=pmix --kill-on-bad-exit=1\n<train><quick><--set><seed=2><--run><{run}>";
        Assert.Equal(words + "\n", said);
        Assert.Equal(words + "<--resume>\n", saidAgain);
    }

    [Fact]
    public async Task Train_WarnedByTheSignal_IsQueuedAgainOnceItHasSaved()
    {
        Program("superres", "trap 'sleep 0.3; exit 130' USR1; echo ready; while :; do sleep 0.05; done");
        string script = Print("slurm", "train", "quick", "--run", _folder["run"]);

        (int code, string said) = await Run(script, job => Process.Start("kill", ["-USR1", $"{job.Id}"]).WaitForExit());

        Assert.Equal(130, code);
        Assert.Contains("scontrol requeue 77", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_Fails_IsNotQueuedAgain()
    {
        Program("superres", "exit 130");

        (int code, string said) = await Run(Print("slurm", "train", "quick", "--run", _folder["run"]));

        Assert.Equal((130, ""), (code, said));
    }

    [Fact]
    public async Task Sweep_EachTask_TrainsItsPoint()
    {
        string script = Print("slurm", "sweep", "quick", "--set", "seed=1,2", "--set", "loss.base=l1,mse", "--run", _folder["run"]);
        Assert.Contains("#SBATCH --array=1-4 ", script, StringComparison.Ordinal);

        (int code, string said) = await Run(script, task: "3");

        Assert.Equal(0, code);
        Assert.Equal($"<train><quick><--set><seed=2><--set><loss.base=l1><--run><{_folder["run"]}-seed=2-base=l1>\n", said);
    }

    [Fact]
    public async Task Folder_EachTask_DoesItsPart()
    {
        Directory.CreateDirectory(_folder["in"]);

        (int code, string said) = await Run(Print("slurm", "folder", _folder["in"], "--out", _folder["out"], "--parts", "5"), task: "3");

        Assert.Equal(0, code);
        Assert.Equal($"<upscale><{_folder["in"]}><--recursive><--out><{_folder["out"]}><--shard><3/5>\n", said);
    }

    [Fact]
    public void Train_SweptValues_PointsToSweep() => Assert.Contains("`superres slurm sweep` makes a job array of them",
        CliHarness.WrongInput("slurm", "train", "quick", "--set", "seed=1,2"), StringComparison.Ordinal);

    private static string Print(params string[] arguments)
    {
        CliResult result = CliHarness.Run(arguments);
        Assert.True(result.Code == 0, result.Error);
        return result.Out;
    }

    private void Program(string name, string script)
    {
        string path = _folder.Write(Path.Combine("bin", name), "#!/bin/bash\n" + script + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private async Task<(int Code, string Said)> Run(string script, Action<Process>? started = null, string task = "1")
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo("bash", [_folder.Write("job.sbatch", script)])
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = $"{_folder["bin"]}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["SLURM_ARRAY_TASK_ID"] = task;
        start.Environment["SLURM_JOB_ID"] = "77";
        start.Environment.Remove("SUPERRES");
        using Process process = Process.Start(start)!;
        if (started is not null)
        {
            Assert.Equal("ready", await process.StandardOutput.ReadLineAsync(cancellation));
            started(process);
        }

        string said = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, said);
    }
}

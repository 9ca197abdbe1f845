using System.Diagnostics;
using System.Globalization;

namespace SuperRes.Lab.Tests.Distributed;

/// <summary>Runs superres under Open MPI's mpirun, on ranks of this machine.</summary>
internal static class MpiJob
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>mpirun of Open MPI; null where there is none.</summary>
    private static string? Launcher { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { Path.Combine(folder, "mpirun.openmpi"), Path.Combine(folder, "mpirun") })
        .FirstOrDefault(file => File.Exists(file) && (file.EndsWith(".openmpi", StringComparison.Ordinal) || IsOpenMpi(file)));

    /// <summary>Skips the test where there is no Open MPI.</summary>
    public static void SkipUnlessHere() => Assert.SkipUnless(
        OperatingSystem.IsLinux() && Launcher is not null, "There is no mpirun of Open MPI here (Debian: openmpi-bin).");

    /// <summary>Runs a command.</summary>
    /// <param name="ranks">How many processes; 1 is one without a launcher.</param>
    /// <param name="arguments">What superres is given.</param>
    /// <param name="started">Is called with the launcher's process once the first line of the output is there.</param>
    /// <returns>The exit code and all that was written.</returns>
    public static async Task<(int Code, string Said)> Run(int ranks, string[] arguments, Func<Process, Task>? started = null)
    {
        string[] superres = ["dotnet", Path.Combine(AppContext.BaseDirectory, "superres.dll"), .. arguments];
        string[] line = ranks == 1 ? superres
            : [Launcher!, "--oversubscribe", "--bind-to", "none", "-np", ranks.ToString(CultureInfo.InvariantCulture), .. superres];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        start.Environment["OMPI_MCA_btl_vader_single_copy_mechanism"] = "none"; // containers forbid it, and Open MPI says so at length
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string first = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience) ?? "";
        Task<string> rest = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (started is not null)
        {
            await started(process);
        }

        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, first + "\n" + await rest + await error);
    }

    /// <summary>The processes that a launcher has started.</summary>
    public static int[] RanksOf(Process launcher) =>
        [.. File.ReadAllText($"/proc/{launcher.Id}/task/{launcher.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture))];

    private static bool IsOpenMpi(string file)
    {
        using Process process = Process.Start(new ProcessStartInfo(file, ["--version"]) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd().Contains("Open MPI", StringComparison.Ordinal);
    }
}

using System.Diagnostics;
using System.Globalization;

namespace SuperRes.Lab.Tests.Distributed;

/// <summary>Runs superres under an mpirun, on ranks of this machine.</summary>
internal static class MpiJob
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>The program.</summary>
    public static string[] Superres { get; } = ["dotnet", Path.Combine(AppContext.BaseDirectory, "superres.dll")];

    /// <summary>Skips the test where there is no such mpirun.</summary>
    /// <param name="launcher">openmpi or mpich.</param>
    public static void SkipUnlessHere(string launcher = "openmpi") => Assert.SkipUnless(
        OperatingSystem.IsLinux() && Find(launcher) is not null,
        $"There is no mpirun of {launcher} here (Debian: {(launcher == "mpich" ? launcher : "openmpi-bin")}).");

    /// <summary>Runs a command.</summary>
    /// <param name="ranks">How many processes; 1 is one without a launcher.</param>
    /// <param name="arguments">What superres is given.</param>
    /// <param name="started">Is called with the launcher's process once the first line of the output is there.</param>
    /// <param name="launcher">openmpi or mpich.</param>
    /// <param name="always">Whether one process has a launcher too.</param>
    /// <param name="environment">A variable more.</param>
    /// <returns>The exit code and all that was written.</returns>
    public static async Task<(int Code, string Said)> Run(
        int ranks, string[] arguments, Func<Process, Task>? started = null, string launcher = "openmpi", bool always = false,
        (string Name, string Value) environment = default)
    {
        string[] unbound = launcher == "mpich" ? ["-bind-to", "none"] : ["--oversubscribe", "--bind-to", "none"];
        string[] line = ranks == 1 && !always ? [.. Superres, .. arguments]
            : [Find(launcher)!, .. unbound, "-np", ranks.ToString(CultureInfo.InvariantCulture), .. Superres, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        start.Environment["OMPI_MCA_btl_vader_single_copy_mechanism"] = "none"; // containers forbid it, and Open MPI says so at length
        if (environment.Name is { } name)
        {
            start.Environment[name] = environment.Value;
        }

        using Process process = Process.Start(start)!;
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Task<string> error = process.StandardError.ReadToEndAsync(cancellation);
        string first = await process.StandardOutput.ReadLineAsync(cancellation).AsTask().WaitAsync(Patience, cancellation) ?? "";
        Task<string> rest = process.StandardOutput.ReadToEndAsync(cancellation);
        if (started is not null)
        {
            await started(process);
        }

        await process.WaitForExitAsync(cancellation).WaitAsync(Patience, cancellation);
        return (process.ExitCode, first + "\n" + await rest + await error);
    }

    /// <summary>The processes that mpirun of Open MPI has started.</summary>
    public static int[] RanksOf(Process launcher) =>
        [.. File.ReadAllText($"/proc/{launcher.Id}/task/{launcher.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture))];

    /// <summary>An mpirun; null where there is none of that kind.</summary>
    private static string? Find(string launcher) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { Path.Combine(folder, "mpirun." + launcher), Path.Combine(folder, "mpirun") })
        .FirstOrDefault(file => File.Exists(file)
            && (file.EndsWith(launcher, StringComparison.Ordinal) || IsOpenMpi(file) == (launcher == "openmpi")));

    private static bool IsOpenMpi(string file)
    {
        var start = new ProcessStartInfo(file, ["--version"]) { RedirectStandardOutput = true, UseShellExecute = false };
        using Process process = Process.Start(start)!;
        return process.StandardOutput.ReadToEnd().Contains("Open MPI", StringComparison.Ordinal);
    }
}

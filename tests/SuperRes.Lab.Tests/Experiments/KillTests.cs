using System.Diagnostics;
using System.Globalization;
using SuperRes.Lab.Datasets;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Tests.Experiments;

/// <summary>
/// Trainings that are killed. SUPERRES_KILLS says how often (default 6: each takes a process's start); the moments differ at each run and
/// are printed.
/// </summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const string Experiment = """
        { "name": "killed", "pretrained": "none", "loss": { "blocks": [], "weights": [] },
          "model": { "body": "resnet18", "width": 0.25, "blocks": [1, 1, 1, 1], "norm": "batch" },
          "training": { "emaDecay": 0.9, "clipGradients": 1 }, "checkpoints": { "everySteps": 2 }, "data": { "validFraction": 0.2 },
          "stages": [ { "name": "first", "size": 32, "batchSize": 4, "epochs": 8, "samplesPerImage": 16, "learningRate": 1e-3 },
                      { "name": "second", "size": 32, "batchSize": 2, "accumulate": 2, "epochs": 6, "samplesPerImage": 8, "learningRate": "slice(1e-5,1e-3)", "frozen": false } ] }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_KilledAtRandomMoments_EndsWithTheSameBits()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "There is no SIGKILL here.");
        int kills = int.Parse(Environment.GetEnvironmentVariable("SUPERRES_KILLS") ?? "6", CultureInfo.InvariantCulture);
        _folder.Write("e.json", Experiment);
        for (int i = 0; i < 10; i++)
        {
            Directory.CreateDirectory(_folder["photos"]);
            ImageCodec.Write(DeadLeaves.Generate(new DeadLeavesOptions { Size = 64, Seed = 5 }, i), _folder["photos", $"{i}.png"]);
        }

        Assert.Equal(0, (await Run("whole", resume: false, killAfter: null)).Code);
        bool resume = false;
        for (int i = 0; i < kills; i++)
        {
            (int code, string said) = await Run("killed", resume, TimeSpan.FromMilliseconds(Random.Shared.Next(700)));
            if (code == 0)
            {
                Assert.Fail($"The training ended before kill {i + 1} of {kills}.");
            }

            output.WriteLine($"kill {i + 1}: {said}");
            resume = true;
        }

        Assert.Equal(0, (await Run("killed", resume: true, killAfter: null)).Code);
        Assert.Equal(Metrics("whole"), Metrics("killed"));
        Assert.Equal(File.ReadAllText(_folder["whole", "steps.csv"]), File.ReadAllText(_folder["killed", "steps.csv"]));
        foreach (string weights in (string[])["model", "stage-first", "stage-second", "best-first", "best-second"])
        {
            Assert.True(
                File.ReadAllBytes(_folder["whole", "checkpoints", weights + ".safetensors"]).AsSpan()
                    .SequenceEqual(File.ReadAllBytes(_folder["killed", "checkpoints", weights + ".safetensors"])),
                weights);
        }
    }

    [Fact]
    public async Task Train_SigTerm_SavesAndExits130()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "There is no SIGTERM here.");
        _folder.Write("e.json", Experiment);
        for (int i = 0; i < 10; i++)
        {
            Directory.CreateDirectory(_folder["photos"]);
            ImageCodec.Write(DeadLeaves.Generate(new DeadLeavesOptions { Size = 64, Seed = 5 }, i), _folder["photos", $"{i}.png"]);
        }

        (int code, string said) = await Run("stopped", resume: false, TimeSpan.FromMilliseconds(150), signal: "TERM");
        Assert.Equal(130, code);
        Assert.Contains("--resume", said, StringComparison.Ordinal);
        Assert.NotNull(RunFolder.Open(_folder["stopped"]).StateFile);
    }

    private string Metrics(string run) =>
        string.Join('\n', File.ReadAllLines(_folder[run, "metrics.csv"]).Select(line => line[..line.LastIndexOf(',')]));

    /// <summary>Trains in a process of its own, and sends it a signal a while after it made its first step.</summary>
    private async Task<(int Code, string Error)> Run(string run, bool resume, TimeSpan? killAfter, string signal = "KILL")
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (string word in (
            string[])[Path.Combine(AppContext.BaseDirectory, "superres.dll"), "train", _folder["e.json"], "--images", _folder["photos"],
            "--run", _folder[run], .. resume ? ["--resume"] : Array.Empty<string>()])
        {
            start.ArgumentList.Add(word);
        }

        start.Environment["SUPERRES_DATA"] = _folder["data"];
        start.Environment["OMP_NUM_THREADS"] = "1"; // two would wait for each other on a machine that has other work
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string header = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience)
            ?? "";
        Task<string> rest = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (killAfter is { } delay)
        {
            await Task.Delay(delay);
            using Process kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }

        await process.WaitForExitAsync().WaitAsync(Patience);
        string said = (header + await rest + await error).Trim();
        Assert.True(killAfter is not null || process.ExitCode == 0, said);
        return (
            process.ExitCode, said.Split('\n')[^1] + (killAfter is null ? "" : $" [after {killAfter.Value.TotalMilliseconds} ms] ") + said);
    }
}

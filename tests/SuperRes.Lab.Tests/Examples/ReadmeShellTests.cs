using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Tests.Cli;

namespace SuperRes.Lab.Tests.Examples;

/// <summary>
/// The lines of the README's shell blocks, run one after the other by a shell, as a visitor would who copies them: with small photos, and
/// with less to do where a line takes long. CommandExamplesTests checks that each, the ones left out here too, is understood.
/// </summary>
public sealed partial class ReadmeShellTests
{
    /// <summary>What takes longer than a test may, and what shows that it works.</summary>
    private static readonly Dictionary<string, string> _leftOut = new(StringComparer.Ordinal)
    {
        ["dotnet run --project src/SuperRes.Lab.Cli -c Release -- notebooks run"] = "six minutes; the chapters have tests of their own",
        ["dotnet test -c Release --max-parallel-test-modules 1"] = "this is it",
        ["mpirun -np 4 superres train article-div2k"] = "41 million parameters and DIV2K; RankedTrainingTests train under mpirun",
        ["superres results"] = "minutes for each model and set; ResultsTests measure small ones",
        ["superres reproduce --images photos/"] = "half an hour; ReproductionTests train small ones",
        ["superres doctor --mpi"] = "needs an MPI library; the tests of Distributed run it where there is one",
        ["superres serve"] = "goes on until Ctrl-C; the lines of curl are run with it",
    };

    /// <summary>What is written in place of a part of a line, so that it has less to do.</summary>
    private static readonly (string Part, string Less)[] _less =
    [
        ("--out DIR --count 64 --size 512", "--out generated --count 2 --size 96"),
        ("lr-find quick", "lr-find quick --images photos/ --iterations 20 " + Settings(1)),
        ("train quick", "train quick " + Settings(5)),
        ("train photo-x2", "train photo-x2 " + Settings(1)),
        ("'quick-*'", "'qui*'"),
        ("other.onnx", "lite-x2.onnx"),
    ];

    [Fact]
    public async Task ShellLines_OfTheReadme_EachEndsWell()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The lines are bash's.");
        using var folder = new TempFolder();
        WritePhotos(folder);
        string[] lines = [.. Lines().Where(line => !_leftOut.ContainsKey(line) && !line.StartsWith("curl ", StringComparison.Ordinal))];
        Assert.InRange(lines.Length, 15, 40);
        foreach (string line in lines)
        {
            string less = _less.Aggregate(line, (text, change) => text.Replace(change.Part, change.Less, StringComparison.Ordinal));
            (int code, string text) = await Shell(folder, less);
            Assert.True(code == 0, $"{less}\nended with exit code {code}:\n{text}");
        }

        string[] made = ["lr.png", "runs/quick/report.html", "photo-x2.jpg", "holiday-x2/sub/b.png", "lite-x2.onnx", "site/index.html"];
        Assert.All(made, file => Assert.True(File.Exists(folder[file]), $"{file} was not made: {Listing(folder)}"));
    }

    [Fact]
    public async Task CurlLines_OfTheReadme_UpscaleAPhoto()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || !File.Exists("/usr/bin/curl"), "curl is not installed.");
        using var folder = new TempFolder();
        WritePhotos(folder);
        using Process server = Start(folder, "exec dotnet \"$PROGRAM\" serve --port 0");
        _ = server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string address = (await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!.TrimEnd('/');
        string job = "";
        try
        {
            foreach (string line in Lines().Where(line => line.StartsWith("curl ", StringComparison.Ordinal)))
            {
                string real = line.Replace("http://127.0.0.1:5080", address, StringComparison.Ordinal)
                    .Replace("/ID", "/" + job, StringComparison.Ordinal);
                (int code, string text) = await Shell(folder, real.Replace("curl ", "curl -sS --fail ", StringComparison.Ordinal));
                Assert.True(code == 0, $"{real}: {text}");
                if (text.StartsWith('{') && JsonDocument.Parse(text).RootElement.TryGetProperty("id", out JsonElement id) && job == "")
                {
                    job = id.GetString()!;
                    string isDone = $"curl -s {address}/api/jobs/{job} | grep -q '\"done\"'";
                    (int over, string last) = await Shell(folder, $"for i in $(seq 100); do {isDone} && exit 0; sleep 0.2; done; exit 1");
                    Assert.True(over == 0, $"The job is not done: {last}");
                }
            }

            Assert.NotEqual("", job);
            Assert.Equal(2 * 64, ImageCodec.Read(folder["photo-x2.jpg"]).Width);
        }
        finally
        {
            Process.Start("kill", ["-TERM", server.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
            await server.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void LinesLeftOut_EachStandsInTheReadme() => Assert.Subset(Lines().ToHashSet(), _leftOut.Keys.ToHashSet());

    /// <summary>Stages of a step or two on small crops.</summary>
    private static string Settings(int stages) => string.Join(' ', Enumerable.Range(0, stages).SelectMany(stage =>
        new[] { "size=32", "batchSize=2", "epochs=1", "samplesPerImage=1" }.Select(value => $"--set stages.{stage}.{value}")));

    private static IEnumerable<string> Lines() => Blocks().Matches(File.ReadAllText(Path.Combine(LabFolders.Root, "README.md")))
        .Where(block => block.Groups["kind"].Value != "csharp").SelectMany(block => block.Groups["body"].Value.Split('\n'))
        .Where(line => line.Length > 0)
        .Select(line => Regex.Split(line, " {2,}")[0]);

    private static void WritePhotos(TempFolder folder)
    {
        for (int i = 0; i < 4; i++)
        {
            CliHarness.WriteImage(folder[$"photos/{i}.png"], 96, 80, i);
        }

        foreach (string photo in new[] { "photo.jpg", "grey.jpg", "holiday/a.png", "holiday/sub/b.png" })
        {
            CliHarness.WriteImage(folder[photo], 64, 48);
        }
    }

    private static async Task<(int Code, string Text)> Shell(TempFolder folder, string line)
    {
        using Process process = Start(folder, line);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + error);
    }

    private static Process Start(TempFolder folder, string line) => Process.Start(
        new ProcessStartInfo("bash", ["-c", "superres() { dotnet \"$PROGRAM\" \"$@\"; }; " + line])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path,
            Environment =
            {
                ["PROGRAM"] = Path.Combine(AppContext.BaseDirectory, "superres.dll"), ["SUPERRES_DATA"] = folder["data"],
                ["SUPERRES_RUNS"] = folder["runs"],
            },
        })!;

    private static string Listing(TempFolder folder) =>
        string.Join(", ", Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Take(60));

    [GeneratedRegex(@"^```(?<kind>\w*)\n(?<body>[\s\S]*?)^```$", RegexOptions.Multiline)]
    private static partial Regex Blocks();
}

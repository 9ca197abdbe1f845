using System.Diagnostics;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Tests.Examples;
using static SuperRes.Lab.Tests.Cli.CliHarness;

namespace SuperRes.Lab.Tests.Cli;

/// <summary>An assembly of somebody's own, named on the command line.</summary>
public sealed class PluginTests
{
    private const string Code = """
        using System.Runtime.CompilerServices;
        using SuperRes.Lab.Losses;
        using SuperRes.Lab.Metrics;
        using SuperRes.Lab.Training;
        using static TorchSharp.torch;

        public sealed record ColourTermOptions : LossTermOptions { public bool Squared { get; init; } = true; }

        public sealed class ColourTerm() : LossTerm<ColourTermOptions>("meanColour")
        {
            [ModuleInitializer]
            internal static void Register()
            {
                LossTermRegistry.Register(new ColourTerm());
                CallbackRegistry.Register("hello", () => new Hello());
                MetricRegistry.Register("contrast", (prediction, target) => (prediction.std() / target.std()).item<float>());
            }

            protected override Tensor Compute(ColourTermOptions options, Tensor prediction, Tensor target)
            {
                Tensor off = prediction.mean([2, 3]) - target.mean([2, 3]);
                return (options.Squared ? off * off : off.abs()).mean();
            }
        }

        public sealed class Hello : LearnerCallback
        {
            public override void OnFitBegin(Learner learner, int totalSteps) => Console.Error.WriteLine($"hello, {totalSteps} steps");
        }
        """;

    private const string File = """
        {
          "name": "plugged", "scale": 1, "model": { "body": "lite", "width": 0.125, "blocks": [1, 1, 1], "norm": "none" },
          "loss": { "blocks": [], "terms": { "meanColour": { "weight": 2 } } }, "callbacks": ["hello"],
          "data": { "generatedCount": 8, "generatedSize": 64, "degradations": { "downscale": { "probability": 0 } } },
          "stages": [{ "name": "a", "size": 32, "batchSize": 4, "epochs": 1, "learningRate": 1e-3, "frozen": false }]
        }
        """;

    [Fact]
    public void Train_FileThatNamesWhatAPluginHas_NeedsThePlugin()
    {
        using var folder = new TempFolder();
        string plugin = folder.Write("mine.dll", ExampleCompiler.Compile(Code, "mine", OutputKind.DynamicallyLinkedLibrary));
        string file = folder.Write("plugged.json", File);
        CliResult trained = Program(folder, "train", file, "--plugin", plugin, "--run", folder["run"]);
        Assert.True(trained.Code == 0, trained.Error);
        Assert.Contains("hello, 1 steps", trained.Error, StringComparison.Ordinal);
        Assert.Contains("meanColour", trained.Out, StringComparison.Ordinal);
        CliResult described = Program(folder, "experiment", "describe", "loss.terms.meanColour", "--plugin", plugin);
        Assert.Contains("squared  true or false; default true", described.Out, StringComparison.Ordinal);
        CliResult without = Program(folder, "train", file);
        Assert.Equal(2, without.Code);
        Assert.Contains("\"meanColour\" is unknown", without.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_MetricThatAPluginHas_NeedsThePlugin()
    {
        using var folder = new TempFolder();
        string plugin = folder.Write("mine.dll", ExampleCompiler.Compile(Code, "mine", OutputKind.DynamicallyLinkedLibrary));
        WriteImage(folder["photos/a.png"]);
        CliResult measured = Program(folder, "evaluate", "--hr", folder["photos"], "--metric", "contrast", "--plugin", plugin, "--json",
            "-");
        Assert.True(measured.Code == 0, measured.Error);
        double contrast = JsonDocument.Parse(measured.Out).RootElement.GetProperty("mean").GetProperty("baselines").GetProperty("bicubic")
            .GetProperty("metrics").GetProperty("contrast").GetDouble();
        Assert.InRange(contrast, 0.5, 1.1);
        CliResult without = Program(folder, "evaluate", "--hr", folder["photos"], "--metric", "contrast");
        Assert.Equal(2, without.Code);
        Assert.Contains("there is no metric \"contrast\"", without.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Plugin_ThatIsMissingOrNoAssembly_IsRefused()
    {
        using var folder = new TempFolder();
        Assert.Contains(
            "gone.dll does not exist", WrongInput("experiment", "list", "--plugin", folder["gone.dll"]), StringComparison.Ordinal);
        Assert.Contains(
            "can't be loaded", WrongInput("experiment", "list", "--plugin", folder.Write("text.dll", "text")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"callbacks\": [\"nothing\"]", "callback \"nothing\"")]
    [InlineData("\"metrics\": [\"nothing\"]", "metric \"nothing\"")]
    public void Parse_NameThatNobodyRegistered_IsRefused(string part, string says)
    {
        string file = $$"""{ "name": "a", {{part}}, "stages": [{ "name": "s", "size": 64, "learningRate": 1e-3 }] }""";
        Assert.Contains(says, Assert.Throws<InputException>(() => Experiment.Parse(file, "a.json")).Message, StringComparison.Ordinal);
    }

    private static CliResult Program(TempFolder folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "superres.dll"), .. arguments])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path,
            Environment = { ["SUPERRES_DATA"] = folder["data"], ["SUPERRES_RUNS"] = folder["runs"] },
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}

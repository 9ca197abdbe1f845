using SuperRes.Lab.Course;
using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Imaging;
using static SuperRes.Lab.Tests.Cli.CliHarness;

namespace SuperRes.Lab.Tests.Cli;

public sealed class ResultsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Page_OfMeasuredFiles_ShowsTheirFiguresAndIsTheSameAgain()
    {
        string set = _folder["five"];
        Directory.CreateDirectory(_folder["five", "hr"]);
        WriteImage(_folder["five", "hr", "a.png"], 64, 48, 1);
        WriteImage(_folder["five", "hr", "b.png"], 48, 64, 2);
        Directory.CreateDirectory(_folder["out", "results"]);
        foreach ((string model, int scale, string damage) in new[] { ("up", 2, ""), ("repair", 1, "holes"), ("paint", 1, "grey") })
        {
            var options = new EvaluationOptions { HighResolution = ResultsSet.Find(set)[0].HighResolution, Scale = scale };
            EvaluatedModel[] plain =
                [new(model, x => scale == 1 ? x : Resampler.Resize(x, x.Width * 2, x.Height * 2, ResampleFilter.Bicubic))];
            EvaluationReport report = scale == 1
                ? Evaluator.Sweep(
                    options, damage == "grey" ? [Degradation.Parse(damage)] : [Degradation.Parse(damage), Degradation.Jpeg(20)], plain,
                    cancellation: CancellationToken.None)
                : new Evaluator(options).Run(plain, cancellation: CancellationToken.None);
            File.WriteAllText(_folder["out", "results", $"{model}.five.x{scale}.json"], report.ToJson());
        }

        Assert.Equal(0, Run("results", "--page", "--out", _folder["out"]).Code);
        string page = File.ReadAllText(_folder["out", "results.md"]);
        EvaluationReport measured = EvaluationReport.Read(_folder["out", "results", "up.five.x2.json"]);
        Assert.Contains($"{measured.Models[0].Mean.PsnrY:0.00}", page, StringComparison.Ordinal);
        Assert.Contains("### up on five, ×2", page, StringComparison.Ordinal);
        Assert.Contains("masked pixels before (dB)", page, StringComparison.Ordinal);
        Assert.Contains("| jpeg quality 20 |", page, StringComparison.Ordinal);
        Assert.Contains("| degradation | chroma error of grey | coloured | change | nearer than grey |", page, StringComparison.Ordinal);
        Assert.Contains("| +0.0 % | 0 of 2 |", page, StringComparison.Ordinal);
        Assert.Contains("superres results --model repair --images five/", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("## up", StringComparison.Ordinal) < page.IndexOf("## repair", StringComparison.Ordinal));
        Run("results", "--page", "--out", _folder["out"]);
        Assert.Equal(page, File.ReadAllText(_folder["out", "results.md"]));
    }

    [Fact]
    public void Page_OfSeveralMethodsAndLpips_NamesThemAndThePlainOnesLast()
    {
        Directory.CreateDirectory(_folder["five"]);
        WriteImage(_folder["five", "a.png"], 64, 48, 1);
        var options = new EvaluationOptions { HighResolution = _folder["five"], Lpips = (_, _) => 0.125 };
        EvaluatedModel up = new("z-up", x => Resampler.Resize(x, x.Width * 2, x.Height * 2, ResampleFilter.Bicubic));
        EvaluatedModel black = new("fill, true mask", x => x) { Fill = (x, _) => new(x.Width, x.Height) };
        Write("z-up.five.x2", new Evaluator(options).Run([up], cancellation: CancellationToken.None));
        EvaluationReport fills = Evaluator.Sweep(
            options with { Scale = 1 }, [Degradation.Holes(), Degradation.None()], [new("fill", x => x), black],
            cancellation: CancellationToken.None);
        Write("fill.five.x1", fills);
        Write("plain.five.x1", fills);

        Assert.Equal(0, Run("results", "--page", "--out", _folder["out"]).Code);
        string page = File.ReadAllText(_folder["out", "results.md"]);
        Assert.Contains("| holes | fill, true mask | ", page, StringComparison.Ordinal);
        Assert.Contains("| none | fill | ∞ | ∞ |  |  | 1.0000 | 1.0000 |  |  |  |  | 0.125 | 0.125 | ", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("## Plain methods", StringComparison.Ordinal) > page.IndexOf("## fill", StringComparison.Ordinal));
        Assert.Contains("dotnet run tools/MeasurePlainMethods.cs five/", page, StringComparison.Ordinal);
        Assert.Contains("| LPIPS of bicubic | LPIPS |", ResultsSummary.ToTable(_folder["out", "results"]).ToMarkdown(),
            StringComparison.Ordinal);

        void Write(string name, EvaluationReport report)
        {
            Directory.CreateDirectory(_folder["out", "results"]);
            File.WriteAllText(_folder["out", "results", name + ".json"], report.ToJson());
        }
    }

    [Fact]
    public void Results_WithoutAnyFile_SaysWhatMakesThem()
        => Assert.Contains("run \"superres results\"", WrongInput("results", "--page", "--out", _folder["no"]), StringComparison.Ordinal);

    [Fact]
    public void Results_ImagesThatAreNot_AreNamed()
    {
        Directory.CreateDirectory(_folder["empty"]);
        string model = WriteModel(_folder.Path);
        Assert.Contains("holds no images", WrongInput("results", "--model", model, "--images", _folder["empty"], "--out", _folder["out"]),
            StringComparison.Ordinal);
    }
}

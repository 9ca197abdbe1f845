using SuperRes.Lab.Course;
using SuperRes.Lab.Experiments;
using TorchSharp;

namespace SuperRes.Lab.Tests.Course;

public sealed class ReproductionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ablations_OfTheProject_AreChangesOfTheRecipe()
    {
        IReadOnlyList<Ablation> all =
            Ablation.Read(Path.Combine(LabFolders.Root, "docs", "reproduction", "ablations.json"));

        Assert.True(all.Count >= 9, $"{all.Count} ablations");
        string recipe = Experiment.Load("ablation").ToJson();
        Assert.All(all.Skip(1), ablation => Assert.NotEqual(recipe, Experiment.Load("ablation", [.. ablation.Set]).ToJson()));
        int Steps(Ablation a) => Experiment.Load("ablation", [.. a.Set]).Stages.Sum(s => s.Epochs);
        Assert.All(all, ablation => Assert.Equal(Steps(all[0]), Steps(ablation)));
    }

    [Fact]
    public void Checkerboard_OfTheIdentityAndOfAPattern_IsZeroAndThePatterns()
    {
        Assert.Equal(0, Checkerboard.Measure(x => x), 4);
        Assert.Equal(5, Checkerboard.Measure(x =>
        {
            torch.Tensor rows = torch.arange(x.shape[2]).reshape(-1, 1), columns = torch.arange(x.shape[3]);
            torch.Tensor sign = 1 - (2 * ((rows + columns) % 2));
            return x + (sign * (5 / 255.0) / torch.tensor(new[] { 0.229f, 0.224f, 0.225f }).reshape(1, 3, 1, 1));
        }), 3);
    }

    [Fact]
    public void Page_OfMeasuredFiles_JudgesByTheFigures()
    {
        Ablation[] list = [new("recipe", "the recipe", null, []), new("worse", "no features", "Features help.", ["a=b"]),
            new("same", "no blur", "Blur helps.", ["c=d"])];
        double[] noise = [.. Enumerable.Range(0, 12).Select(i => 0.3 * Math.Sin(i * 5))];
        Write("recipe", [.. noise.Select(n => 30 + n)], 0.05);
        Write("worse", [.. noise.Select(n => 30.5 + n)], 0.09);
        Write("same", [.. noise.Select(n => 30.04 + n)], 0.0505);

        string page = new ReproductionPage(Experiment.Load("ablation"), list, _folder.Path).ToMarkdown();

        Assert.Contains($"| no features | {30.5 + noise.Average():0.00} | 0.9000 | 0.0906 |", page, StringComparison.Ordinal);
        string line = page.Split('\n').Single(l => l.StartsWith("- **no features.**", StringComparison.Ordinal));
        Assert.Contains("PSNR-Y +0.50 dB", line, StringComparison.Ordinal);
        Assert.Contains("better in fidelity, so the part does not help here, worse in perception, so the part helps.", line,
            StringComparison.Ordinal);
        Assert.Contains("no difference in fidelity worth the name, no difference in perception worth the name.",
            page.Split('\n').Single(l => l.StartsWith("- **no blur.**", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Claim_ThatFails_SaysSoAndWhereItIsShown()
    {
        Assert.Equal("✓ A.\n  Holds here: 1.", new Claim("A.", true, "1.", "docs/x.md").ToText());
        Assert.Equal("✗ A.\n  Does not hold here: 1.", new Claim("A.", false, "1.").ToText());
        Assert.Contains("Not shown at this scale; see docs/x.md: 1 &lt; 2.", new Claim("A.", false, "1 < 2.", "docs/x.md").ToHtml(),
            StringComparison.Ordinal);
    }

    private void Write(string name, double[] psnr, double lpips) => File.WriteAllText(AblationRun.FileOf(_folder.Path, name),
        new AblationResult
        {
            Set = [], TrainPhotos = 10, Steps = 5, TrainSeconds = 60, Machine = "a processor", Checkerboard = 0.1, PsnrY = psnr,
            SsimY = [.. psnr.Select(_ => 0.9)], LpipsAlex = [.. psnr.Select((p, i) => lpips + (i * 1e-4))], BicubicPsnrY = psnr,
            BicubicSsimY = psnr, BicubicLpipsAlex = psnr,
        }.ToJson());
}

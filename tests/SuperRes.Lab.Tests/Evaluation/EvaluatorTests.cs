#pragma warning disable xUnit1051 // Pictures of a few pixels: there is nothing to cancel.
using System.Text.Json;
using SuperRes.Lab.Course;
using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Tests.Inference;
using SuperRes.Lab.Tests.Metrics;

namespace SuperRes.Lab.Tests.Evaluation;

public sealed class EvaluatorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("evaluate-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Run_MadeLowResolution_FollowsTheProtocol()
    {
        // 33×35 at scale 2 is cropped to 32×34.
        RgbImage whole = FormulaImages.A(33, 35);
        ImageCodec.Write(whole, In("hr/a.png"));
        ModelEvaluation result = Evaluate(2, Bicubic("mine")).Models[0];
        RgbImage target = whole.Crop(0, 0, 32, 34);
        RgbImage small = Resampler.Resize(target, 16, 17, ResampleFilter.Bicubic);
        RgbImage enlarged = Resampler.Resize(small, 32, 34, ResampleFilter.Bicubic);
        Assert.Equal(MetricProtocol.SuperResolution(2), result.Protocol);
        Assert.Equal(Psnr.Y(enlarged, target, 2), result.Images[0].PsnrY);
        Assert.Equal(Ssim.Rgb(enlarged, target, 2), result.Images[0].SsimRgb);
        Assert.Equal(["nearest", "bilinear", "bicubic", "lanczos"], result.Baselines);
        Assert.Equal(result.Images[0].PsnrRgb, result.Images[0].Baselines["bicubic"].PsnrRgb);
        Assert.Null(result.Images[0].Lpips);
        Assert.True(result.Images[0].Seconds >= 0);
    }

    [Fact]
    public void Run_GivenLowResolution_UsesItAndSaysSo()
    {
        ImageCodec.Write(FormulaImages.A(32, 32), In("hr/0801.png"));
        ImageCodec.Write(FormulaImages.Flat(16, 16, 7), In("lr/0801x2.png"));
        var evaluator = new Evaluator(Options(2) with { LowResolution = In("lr") });
        Assert.Equal(MetricProtocol.Given, evaluator.Protocol.Downscale);
        Assert.All(evaluator.Set.Read(0).Input.Pixels, v => Assert.Equal(7, v));
    }

    [Fact]
    public void Run_SeveralModels_SharesInputsAndSavesEach()
    {
        ImageCodec.Write(FormulaImages.A(32, 32), In("hr/a.png"));
        var upscaler = new Upscaler(TestNetworks.Identity());
        EvaluationReport report = new Evaluator(Options(2) with { Save = In("save") })
            .Run([Bicubic("plain"), EvaluatedModel.Of("network", upscaler)]);
        Assert.Equal(["plain", "network"], report.Models.Select(m => m.Model));
        // The network's input is not rounded between the two passes of the enlargement.
        Assert.Equal(report.Models[0].Images[0].PsnrY!.Value, report.Models[1].Images[0].PsnrY!.Value, 0.05);
        Assert.True(File.Exists(In("save/plain/a.png")) && File.Exists(In("save/network/a.png")));
    }

    [Fact]
    public void Run_RestorationSweep_MeasuresTheDegradedInput()
    {
        RgbImage image = FormulaImages.A(32, 32);
        ImageCodec.Write(image, In("hr/a.png"));
        var nothing = new EvaluatedModel("nothing", x => x);
        EvaluationReport report =
            Evaluator.Sweep(Options(1), [Degradation.Jpeg(10), Degradation.Jpeg(60), Degradation.Noise(25)], [nothing]);
        Assert.Equal(["jpeg quality 10", "jpeg quality 60", "noise sigma 25"], report.Models.Select(m => m.Protocol.Downscale));
        Assert.All(report.Models, m => Assert.Equal(m.Mean.PsnrY, m.Mean.Baselines["input"].PsnrY));
        Assert.True(report.Models[0].Mean.PsnrY < report.Models[1].Mean.PsnrY);
        RgbImage jpeg = ImageCodec.Decode(ImageCodec.EncodeJpeg(image, 10), "x");
        Assert.Equal(Psnr.Y(jpeg, image), report.Models[0].Mean.PsnrY);
        Assert.Contains("Restoration, noise sigma 25", report.ToMarkdown());
    }

    [Theory]
    [InlineData("holes")]
    [InlineData("text")]
    [InlineData("jpeg40+holes")]
    public void Run_LocalDegradation_MeasuresMaskedAndUnmaskedPixelsApart(string name)
    {
        RgbImage image = TestNetworks.Noise(160, 120, 3);
        ImageCodec.Write(image, In("hr/a.png"));
        // Repairs nothing but the masked pixels, and those entirely.
        Degradation degradation = Degradation.Parse(name);
        RgbImage degraded = degradation.Apply(image, 0), before = name.StartsWith("jpeg") ? Degradation.Jpeg(40).Apply(image, 0) : image;
        RgbImage repaired = before.Clone();
        for (int i = 0; i < image.Pixels.Length; i += 3)
        {
            if (!degraded.Pixels.AsSpan(i, 3).SequenceEqual(before.Pixels.AsSpan(i, 3)))
            {
                image.Pixels.AsSpan(i, 3).CopyTo(repaired.Pixels.AsSpan(i));
            }
        }

        ImageFigures result = Evaluator.Sweep(Options(1), [degradation], [new("repair", _ => repaired)]).Models[0].Images[0];
        QualityFigures input = result.Baselines["input"];
        Assert.Equal(100, result.PsnrMasked);
        Assert.InRange(input.PsnrMasked!.Value, 3, 15);
        Assert.Equal(input.PsnrUnmasked, result.PsnrUnmasked);
        Assert.Equal(name.StartsWith("jpeg"), result.PsnrUnmasked < 100);
    }

    [Fact]
    public void Mask_OfHolesUnderCompression_IsThatOfTheHoles()
    {
        RgbImage image = TestNetworks.Noise(160, 120, 3);
        bool[] holes = Degradation.Parse("holes").Mask(image, 0)!;
        Assert.Contains(true, holes);
        Assert.Equal(holes, Degradation.Parse("holes+jpeg40").Mask(image, 0));
        Assert.Null(Degradation.Parse("jpeg40").Mask(image, 0));
    }

    [Fact]
    public void Run_Greyscale_MeasuresTheErrorOfChroma()
    {
        RgbImage red = new(32, 32, [.. Enumerable.Range(0, 32 * 32 * 3).Select(i => i % 3 == 0 ? (byte)255 : (byte)0)]);
        ImageCodec.Write(red, In("hr/a.png"));
        ImageFigures result = Evaluator.Sweep(Options(1), [Degradation.Grey()], [new("truth", _ => red)]).Models[0].Images[0];
        // Pure red has a = 80.1, b = 67.2.
        Assert.Equal(104.55, result.Baselines["input"].ChromaError!.Value, 0.1);
        Assert.Equal(0, result.ChromaError);
        Assert.Null(result.PsnrMasked);
    }

    [Theory]
    [InlineData("rust")]
    [InlineData("jpeg0")]
    [InlineData("holes+")]
    public void Degradation_UnknownName_IsRefused(string name) => Assert.Throws<InputException>(() => Degradation.Parse(name));

    [Fact]
    public void Run_Extended_AddsMsSsimWhereItCanAndGmsd()
    {
        ImageCodec.Write(TestNetworks.Noise(184, 180, 1), In("hr/large.png"));
        ImageCodec.Write(TestNetworks.Noise(40, 40, 1), In("hr/small.png"));
        ModelEvaluation result = Evaluate(Options(2) with { Extended = true }, Bicubic("m")).Models[0];
        EvaluationCase large = new Evaluator(Options(2)).Set.Read(0);
        RgbImage enlarged = Resampler.Resize(large.Input, 184, 180, ResampleFilter.Bicubic);
        Assert.Equal(MsSsim.Y(enlarged, large.Target, 2), result.Images[0].MsSsimY);
        Assert.Equal(GradientMagnitudeSimilarity.Y(enlarged, large.Target, 2).Deviation, result.Images[0].Gmsd);
        Assert.Null(result.Images[1].MsSsimY);
        Assert.Null(result.Mean.MsSsimY);
        Assert.NotNull(result.Mean.Baselines["nearest"].Gmsd);
    }

    [Fact]
    public void Json_Extended_HasIntervalsAndComparisonsThatAreReadAgain()
    {
        ImageCodec.Write(TestNetworks.Noise(40, 40, 1), In("hr/a.png"));
        ImageCodec.Write(TestNetworks.Noise(40, 40, 2), In("hr/b.png"));
        EvaluationReport report = Evaluate(Options(2) with { Extended = true }, Bicubic("m"), Bicubic("n"));
        ModelEvaluation read = EvaluationReport.Parse(report.ToJson(), "test").Models[0];
        Assert.Equal(Bootstrap.Mean([.. read.Images.Select(image => image.SsimY!.Value)]), read.Intervals!["ssim_y"]);
        Assert.DoesNotContain("seconds", read.Intervals.Keys);
        Assert.Equal(["bicubic", "n"], read.Compared!.Keys);
        Assert.Equal(report.Compare("m", "n"), read.Compared["n"]);
    }

    [Fact]
    public void Noise_SameIndex_IsTheSameAndHasItsSigma()
    {
        RgbImage flat = FormulaImages.Flat(64, 64, 128);
        Degradation noise = Degradation.Noise(20, seed: 3);
        Assert.Equal(noise.Apply(flat, 1).Pixels, noise.Apply(flat, 1).Pixels);
        Assert.NotEqual(noise.Apply(flat, 1).Pixels, noise.Apply(flat, 2).Pixels);
        double variance = noise.Apply(flat, 1).Pixels.Average(v => (v - 128.0) * (v - 128.0));
        Assert.Equal(20, Math.Sqrt(variance), 0.6);
    }

    [Fact]
    public void Json_OneModel_HasTheContractsKeysAlone()
    {
        ImageCodec.Write(FormulaImages.A(32, 32), In("hr/a.png"));
        using JsonDocument json = JsonDocument.Parse(Evaluate(2, Bicubic("mine")).ToJson());
        JsonElement root = json.RootElement;
        string[] figures = ["psnr_y", "ssim_y", "psnr_rgb", "ssim_rgb", "lpips", "seconds"];
        Assert.Equal(["scale", "protocol", "model", "images", "mean"], Keys(root));
        Assert.Equal(["downscale", "color", "shave"], Keys(root.GetProperty("protocol")));
        Assert.Equal(["name", .. figures, "baselines"], Keys(root.GetProperty("images")[0]));
        Assert.Equal([.. figures, "baselines"], Keys(root.GetProperty("mean")));
        Assert.Equal(["nearest", "bilinear", "bicubic", "lanczos"], Keys(root.GetProperty("mean").GetProperty("baselines")));
        Assert.Equal(figures, Keys(root.GetProperty("images")[0].GetProperty("baselines").GetProperty("bicubic")));
        Assert.Equal(("bicubic", "y-bt601", 2), (
            root.GetProperty("protocol").GetProperty("downscale").GetString(),
            root.GetProperty("protocol").GetProperty("color").GetString(),
            root.GetProperty("protocol").GetProperty("shave").GetInt32()));
        Assert.Equal(JsonValueKind.Null, root.GetProperty("mean").GetProperty("lpips").ValueKind);

        static string[] Keys(JsonElement element) => [.. element.EnumerateObject().Select(p => p.Name)];
    }

    [Fact]
    public void Json_WrittenAndRead_IsTheSameReport()
    {
        ImageCodec.Write(FormulaImages.A(32, 32), In("hr/a.png"));
        ImageCodec.Write(FormulaImages.Flat(32, 32, 9), In("hr/flat.png"));
        EvaluationReport report =
            Evaluate(2, Bicubic("one"), new("two", x => Resampler.Resize(x, x.Width * 2, x.Height * 2, ResampleFilter.Nearest)));
        File.WriteAllText(In("r.json"), report.ToJson());
        EvaluationReport read = EvaluationReport.Read(In("r.json"));
        // The flat image is exact: 100 dB, which leaves means and gains finite, and the JSON numbers.
        Assert.Equal((1, 100.0), (read.Models[1].ExactImages, read.Models[1].Images[1].PsnrY));
        Assert.InRange(read.Models[1].Mean.PsnrY!.Value, 50, 99);
        Assert.DoesNotContain("inf", report.ToJson());
        Assert.Equal(report.ToJson(), read.ToJson());
        Assert.Equal(report.ToMarkdown(), read.ToMarkdown());
        Assert.Equal(4, EvaluationReport.Read(In("r.json"), In("r.json")).Models.Count);
    }

    [Theory]
    [InlineData("{}", "no evaluation")]
    [InlineData("[]", "no evaluated image")]
    [InlineData("nonsense", "no evaluation")]
    [InlineData("""{"scale":2,"protocol":{"downscale":"bicubic","color":"y","shave":2},"model":"m","images":[],"mean":{"baselines":{}}}""", "no evaluated image")]
    [InlineData("""{"scale":2,"protocol":{"downscale":"bicubic","color":"y","shave":2},"model":"m","images":[{"name":"a","psnr_y":"many"}]}""", "no evaluation")]
    public void Json_SomethingElse_IsRefusedByName(string json, string expected)
    {
        InputException error = Assert.Throws<InputException>(() => EvaluationReport.Parse(json, "r.json"));
        Assert.StartsWith("r.json", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Report_Markdown_HasProtocolGainAndComparison()
    {
        for (int i = 0; i < 6; i++)
        {
            ImageCodec.Write(TestNetworks.Noise(32, 32, i), In($"hr/n{i}.png"));
        }

        EvaluationReport report =
            Evaluate(2, Bicubic("mine"), new("cheat", x => Resampler.Resize(x, x.Width * 2, x.Height * 2, ResampleFilter.Lanczos)));
        string markdown = report.ToMarkdown("Noise");
        Assert.StartsWith("# Noise\n\n## ×2, 6 images\n", markdown);
        Assert.Contains(MetricProtocol.SuperResolution(2).Describe(), markdown);
        Assert.Contains("mine − bicubic: 0.000 dB PSNR-Y", markdown);
        Assert.Contains("mine − cheat", markdown);
        PairedComparison comparison = report.Compare("cheat", "bicubic");
        Assert.Equal(report.Models[1].Mean.PsnrY!.Value - report.Models[0].Mean.PsnrY!.Value, comparison.Difference.Mean, 1e-9);
        Assert.Contains("holds mine, cheat, nearest", Assert.Throws<InputException>(() => report.Compare("mine", "absent")).Message);
        Assert.Equal(1 + (6 * 6), report.ToCsv().TrimEnd().Split('\n').Length);
        Assert.Contains(Psnr.Y(Enlarged(0), TestNetworks.Noise(32, 32, 0), 2).ToString("0.00"), markdown);
        Assert.Contains("PSNR-Y", report.ToHtmlPage("Noise"));

        static RgbImage Enlarged(int seed)
            => Resampler.Resize(
                Resampler.Resize(TestNetworks.Noise(32, 32, seed), 16, 16, ResampleFilter.Bicubic), 32, 32, ResampleFilter.Bicubic);
    }

    [Fact]
    public void Report_BestMedianWorst_OrdersByGain()
    {
        // The model is perfect on b and bad on c.
        foreach (string name in (string[])["a", "b", "c"])
        {
            ImageCodec.Write(TestNetworks.Noise(32, 32, name[0]), In($"hr/{name}.png"));
        }

        int run = 0;
        EvaluationReport report = Evaluate(2, new EvaluatedModel("uneven", x => ++run switch
        {
            2 => TestNetworks.Noise(32, 32, 'b'),
            3 => FormulaImages.Flat(32, 32, 255),
            _ => Resampler.Resize(x, 32, 32, ResampleFilter.Bicubic),
        }));
        Assert.Equal([("best", "b"), ("median", "a"), ("worst", "c")], report.Models[0].BestMedianWorst());
        ComparisonSheet sheet = new Evaluator(Options(2)).Sheet(Bicubic("plain"), report.Models[0], new SheetOptions { Detail = 0 });
        Assert.Equal(["best: b", "median: a", "worst: c"], sheet.Grid.Rows.Select(r => r.Label));
    }

    [Fact]
    public void Sheet_OfTheEvaluator_HasTheArticlesColumnsAndFigures()
    {
        ImageCodec.Write(TestNetworks.Noise(96, 80, 1), In("hr/a.png"));
        var evaluator = new Evaluator(Options(2));
        ComparisonSheet sheet = evaluator.Sheet(Bicubic("mine"), ["a"], new SheetOptions { Detail = 32, Zoom = 2 });
        Assert.Equal(["low resolution", "nearest", "bilinear", "prediction", "target"], sheet.Grid.ColumnTitles);
        Assert.Equal(2, sheet.Grid.Rows.Count);
        EvaluationCase one = evaluator.Set.Read(0);
        double psnr = Psnr.Y(Resampler.Resize(one.Input, 96, 80, ResampleFilter.Bilinear), one.Target, 2);
        Assert.StartsWith(FormattableString.Invariant($"{psnr:0.00} dB"), sheet.Grid.Rows[0].Cells[2].Note);
        Assert.All(sheet.Grid.Rows[1].Cells, cell => Assert.Equal((64, 64), (cell.Image!.Width, cell.Image.Height)));
        sheet.Save(In("sheet.png"));
        Assert.True(ImageCodec.ReadHeader(In("sheet.png")).Width >= 96);
    }

    [Fact]
    public void Sheet_Detail_LiesWhereThePlainEnlargementFails()
    {
        RgbImage flat = FormulaImages.Flat(64, 64, 100), target = flat.Clone();
        for (int y = 40; y < 48; y++)
        {
            target.Pixels.AsSpan(((y * 64) + 32) * 3, 24).Fill(255);
        }

        (int x, int y2, int width, int height) = SheetDetail.Find(target, flat, 16, 2);
        Assert.InRange(32, x, x + width - 8);
        Assert.InRange(40, y2, y2 + height - 8);
    }

    [Fact]
    public void Sheet_OwnPhotoWithoutTarget_HasNoTargetColumn()
    {
        RgbImage small = TestNetworks.Noise(20, 16, 1);
        var sheet = new ComparisonSheet([new("photo", small, null, Resampler.Resize(small, 40, 32, ResampleFilter.Lanczos))], 2, 2);
        Assert.Equal(4, sheet.Grid.ColumnTitles.Count);
        Assert.Null(sheet.Grid.Rows[0].Cells[3].Note);
    }

    [Fact]
    public void BadInput_IsNamedInOneSentence()
    {
        Assert.Contains("does not exist", Refused(() => Evaluate(2)));
        ImageCodec.Write(FormulaImages.A(32, 32), In("hr/a.png"));
        Assert.Contains("partner", Refused(() => Evaluate(Options(2) with { LowResolution = Folder("lr", "b.png", 16) })));
        Assert.Contains("must be 16×16", Refused(() => Evaluate(Options(2) with { LowResolution = Folder("lr2", "a.png", 15) })));
        Assert.Contains("nothing to compare", Refused(() => Evaluate(Options(1))));
        Assert.Contains("scale is 0", Refused(() => Evaluate(Options(0))));
        Assert.Contains("model's own scale", Refused(() => Evaluate(2, new EvaluatedModel("same", x => x))));
        Assert.Contains("Two models are named m", Refused(() => Evaluate(2, Bicubic("m"), Bicubic("m"))));
        Assert.Contains("no image named z", Refused(() => new Evaluator(Options(2)).Sheet(Bicubic("m"), ["z"])));
        ImageCodec.Write(FormulaImages.A(14, 32), In("hr/tiny.png"));
        Assert.Contains("tiny.png is 14×32", Refused(() => Evaluate(2)));
    }

    private static EvaluatedModel Bicubic(string name) =>
        new(name, x => Resampler.Resize(x, x.Width * 2, x.Height * 2, ResampleFilter.Bicubic));

    private static string Refused(Action act) => Assert.Throws<InputException>(act).Message;

    private static EvaluationReport Evaluate(EvaluationOptions options, params EvaluatedModel[] models) =>
        new Evaluator(options).Run(models);

    private EvaluationReport Evaluate(int scale, params EvaluatedModel[] models) => Evaluate(Options(scale), models);

    private EvaluationOptions Options(int scale) => new() { HighResolution = In("hr"), Scale = scale };

    private string Folder(string name, string file, int side)
    {
        ImageCodec.Write(FormulaImages.A(side, side), Path.Combine(In(name), file));
        return In(name);
    }

    private string In(string name) => Path.Combine(_folder, name);
}

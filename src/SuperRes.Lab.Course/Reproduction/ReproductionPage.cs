using System.Globalization;
using System.Text;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Metrics;

namespace SuperRes.Lab.Course;

/// <summary>
/// The page that says which part of the method matters, made of the ablations' files: no figure and no verdict on it is typed. The same
/// files give the same page.
/// </summary>
/// <param name="experiment">The recipe.</param>
/// <param name="ablations">The ablations, the recipe itself first.</param>
/// <param name="folder">Holds their files.</param>
public sealed class ReproductionPage(Experiment experiment, IReadOnlyList<Ablation> ablations, string folder)
{
    private const double LeastPsnr = 0.05, LeastLpips = 0.001; // smaller differences nobody sees

    /// <summary>The page.</summary>
    /// <param name="link">The folder as seen from the page.</param>
    /// <returns>Markdown.</returns>
    /// <exception cref="InputException">The recipe itself was not measured, or a file holds something else.</exception>
    public string ToMarkdown(string link = "reproduction")
    {
        (Ablation Ablation, AblationResult Result)[] rows =
            [.. ablations.Where(a => File.Exists(AblationRun.FileOf(folder, a.Name)))
                .Select(a => (a, AblationResult.Read(AblationRun.FileOf(folder, a.Name))))];
        if (rows.Length == 0 || rows[0].Ablation.Set.Count > 0)
        {
            throw new InputException($"{folder} holds no result of {ablations[0].Name}, which the others are compared with; run "
                + "\"superres reproduce\".");
        }

        var page = new StringBuilder();
        page.Append(Introduction(rows, link)).Append("\n## What each part does\n\n").Append(Table(rows, link))
            .Append("\n## Does the claim hold here?\n\n");
        foreach ((Ablation ablation, AblationResult result) in rows.Skip(1))
        {
            page.Append("- **").Append(ablation.Change).Append(".** ").Append(ablation.Claim is null ? "" : ablation.Claim + " ")
                .Append(Verdict(rows, ablation, result)).Append('\n');
        }

        return page.ToString();
    }

    private string Introduction((Ablation Ablation, AblationResult Result)[] rows, string link)
    {
        AblationResult recipe = rows[0].Result;
        string stages = string.Join(", ", experiment.Stages.Select(s => string.Create(CultureInfo.InvariantCulture,
            $"{s.Epochs} epochs at {s.Size} px in batches of {s.BatchSize} "
                + $"{(s.Frozen ? "with the encoder frozen" : "with everything free")}")));
        return $"""
            # Which part of the method matters?

            The article's method is a sum of parts. Here each is left out or replaced, one at a time, with everything else as it was: the same photos, order, seed and number of steps. The recipe is [experiments/{experiment.Name}.json](../experiments/{experiment.Name}.json): {experiment.Model.Describe()}, {stages}; {recipe.Steps} steps on {recipe.TrainPhotos} photos. What is changed for each row stands in [{link}/ablations.json]({link}/ablations.json).

            Figures are means over the middle {AblationRun.Side} px of {recipe.PsnrY.Count} photos that were held out, halved by an antialiased bicubic filter and enlarged again ×2; the detail is of a sample photo that no run has seen. The checkerboard is what a picture of one colour gets where nothing is to be drawn: how far the four positions within 2×2 pixels lie apart, in levels of 255. Times are of one thread on {recipe.Machine}, and other work ran beside them; compare them roughly.

            These are short trainings: the article's has about a hundred times as many steps. They show which parts help at once. What needs long training to show can't show here. Each row is one run of one seed: intervals are over photos, and do not hold what another seed would change.

                superres reproduce --images photos/

            makes every file and this page; `superres reproduce --page` the page alone.

            """;
    }

    private static string Table((Ablation Ablation, AblationResult Result)[] rows, string link)
    {
        AblationResult recipe = rows[0].Result;
        var text =
            new StringBuilder("| | PSNR-Y (dB) | SSIM-Y | LPIPS-alex | checkerboard | time (min) | detail "
            + "|\n|---|--:|--:|--:|--:|--:|---|\n");
        text.Append(
            Row("bicubic enlargement", "bicubic", recipe.BicubicPsnrY, recipe.BicubicSsimY, recipe.BicubicLpipsAlex, null, null, link));
        foreach ((Ablation ablation, AblationResult r) in rows)
        {
            text.Append(Row(ablation.Change, ablation.Name, r.PsnrY, r.SsimY, r.LpipsAlex, r.Checkerboard, r.TrainSeconds, link));
        }

        return text.Append(
            CultureInfo.InvariantCulture, $"| the photo | | | | | | ![the photo]({link}/{AblationRun.PictureOf("photo")}) |\n")
            .ToString();
    }

    private static string Row(
        string title, string name, IReadOnlyList<double> psnr, IReadOnlyList<double> ssim, IReadOnlyList<double>? lpips,
        double? checkerboard, double? seconds, string link) => string.Create(CultureInfo.InvariantCulture,
        $"| {title} | {psnr.Average():0.00} | {ssim.Average():0.0000} | {(lpips is null ? "" : $"{lpips.Average():0.0000}")} | "
            + $"{checkerboard:0.00} | {seconds / 60:0.0} | ![{title}]({link}/{AblationRun.PictureOf(name)}) |\n");

    /// <summary>Says what leaving the part out costs, and whether that is more than the photos' own spread.</summary>
    private static string Verdict((Ablation Ablation, AblationResult Result)[] rows, Ablation ablation, AblationResult result)
    {
        AblationResult recipe = rows[0].Result;
        PairedComparison psnr = PairedComparison.Of(result.PsnrY, recipe.PsnrY);
        PairedComparison? lpips = Lpips(result, recipe);
        string figures = string.Create(CultureInfo.InvariantCulture,
            $"PSNR-Y {Signed(psnr.Difference.Mean, "0.00")} dB ({Interval(psnr.Difference, "0.00")})");
        figures += lpips is null ? "" : string.Create(CultureInfo.InvariantCulture,
            $", LPIPS {Signed(lpips.Difference.Mean, "0.0000")} ({Interval(lpips.Difference, "0.0000")})");
        figures += string.Create(
            CultureInfo.InvariantCulture, $", checkerboard {result.Checkerboard:0.00} against {recipe.Checkerboard:0.00} levels");
        string byPsnr = Judge(psnr, better: 1, LeastPsnr, "fidelity");
        string byLpips = lpips is null ? "" : ", " + Judge(lpips, better: -1, LeastLpips, "perception");
        return $"Against the recipe: {figures}: {byPsnr}{byLpips}.";
    }

    private static string Judge(PairedComparison difference, int better, double least, string what) =>
        !difference.IsSignificant || Math.Abs(difference.Difference.Mean) < least ? $"no difference in {what} worth the name"
        : difference.Difference.Mean * better < 0 ? $"worse in {what}, so the part helps"
        : $"better in {what}, so the part does not help here";

    private static PairedComparison? Lpips(AblationResult result, AblationResult recipe) =>
        result.LpipsAlex is { } own && recipe.LpipsAlex is { } other ? PairedComparison.Of(own, other) : null;

    private static string Signed(double value, string format) =>
        Math.Round(value, format.Length - 2).ToString($"+{format};−{format};{format}", CultureInfo.InvariantCulture);

    private static string Interval(MeanInterval interval, string format) =>
        $"95 % interval {Signed(interval.Low, format)} … {Signed(interval.High, format)}";
}

using System.Globalization;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Course;

/// <summary>What a set of photos is like: sizes, brightness, contrast, what is there twice.</summary>
[TypeFormatterSource(TypeFormatterSourceAttribute.Displayable)]
public sealed class DataStatistics : IDisplayable
{
    private const int BrightnessBins = 8;

    /// <summary>Sums up a survey.</summary>
    /// <param name="survey">The survey.</param>
    public DataStatistics(FolderSurvey survey)
    {
        IReadOnlyList<SurveyedImage> images = survey.Images;
        string[] formats =
            [.. images.GroupBy(image => image.Format).OrderByDescending(g => g.Count()).Select(g => $"{g.Key} {g.Count():N0}")];
        string[] modes = [.. images.GroupBy(image => image.Mode).OrderByDescending(g => g.Count()).Select(g => $"{g.Key} {g.Count():N0}")];
        Table = new Table(
            ["", "value"],
            [
                ["images", images.Count.ToString("N0", CultureInfo.InvariantCulture)],
                ["size on disk", $"{(images.Sum(image => image.Bytes) / 1e6).ToString("N1", CultureInfo.InvariantCulture)} MB"],
                ["shorter side", Spread(images, image => image.ShorterSide, "px")],
                ["longer side", Spread(images, image => Math.Max(image.Width, image.Height), "px")],
                ["mean brightness", Spread(images, image => image.Brightness, "of 255")],
                ["contrast", Spread(images, image => image.Contrast, "grey levels (standard deviation)")],
                ["format", string.Join(", ", formats)],
                ["stored as", string.Join(", ", modes)],
                ["same file twice", Count(survey.Duplicates)],
                ["look alike", Count(survey.LookAlikes)],
                ["broken", survey.Broken.Count.ToString("N0", CultureInfo.InvariantCulture)],
            ]);
        Chart = Charts(images);
    }

    /// <summary>The figures.</summary>
    public Table Table { get; }

    /// <summary>Sizes, and how brightness is spread.</summary>
    public Chart Chart { get; }

    /// <inheritdoc/>
    public string ToHtml() => $"<div>{Table.ToHtml()}{Chart.ToHtml()}</div>";

    /// <inheritdoc/>
    public byte[]? ToPng() => Chart.ToPng();

    /// <inheritdoc/>
    public string ToText() => Table.ToText();

    private static Chart Charts(IReadOnlyList<SurveyedImage> images)
    {
        int[] bins = new int[BrightnessBins];
        foreach (SurveyedImage image in images)
        {
            bins[Math.Clamp((int)(image.Brightness * BrightnessBins / 256), 0, BrightnessBins - 1)]++;
        }

        IEnumerable<string> names = Enumerable.Range(0, BrightnessBins)
            .Select(i => (i * 256 / BrightnessBins).ToString(CultureInfo.InvariantCulture));
        return Chart.Grid(
            "",
            2,
            new Chart("Sizes").WithX("width", "px", minimum: 0).WithY("height", "px", minimum: 0)
                .Scatter("image", images.Select(image => (double)image.Width), images.Select(image => (double)image.Height)),
            new Chart("Brightness").WithX("mean luma from").WithY("images").Bars("images", names, bins.Select(n => (double)n)));
    }

    private static string Spread(IReadOnlyList<SurveyedImage> images, Func<SurveyedImage, double> value, string unit)
    {
        if (images.Count == 0)
        {
            return "–";
        }

        double[] sorted = [.. images.Select(value).Order()];
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[0]:0} – {sorted[sorted.Length / 2]:0} – {sorted[^1]:0} {unit}");
    }

    private static string Count(IReadOnlyList<IReadOnlyList<string>> groups) => groups.Count == 0
        ? "0"
        : string.Create(CultureInfo.InvariantCulture,
            $"{groups.Sum(g => g.Count):N0} images in {groups.Count:N0} groups, as {string.Join(" = ", groups[0].Take(3))}");
}

using System.Globalization;

namespace SuperRes.Lab.Show;

/// <summary>
/// The colours of series: those of Okabe and Ito ("Color Universal Design", 2008) that keep a contrast on white and on black alike,
/// so without its yellow and black; distinguishable with every common colour blindness.
/// </summary>
internal static class Palette
{
    /// <summary>Blue, vermilion, bluish green, reddish purple, orange, sky blue, grey.</summary>
    public static readonly IReadOnlyList<string> Colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8A8A8A"];

    /// <summary>The colour of marks, readable on light and dark.</summary>
    public const string Mark = "#767676";

    /// <summary>A colour by index, around again after the last.</summary>
    /// <param name="index">0 or more.</param>
    /// <returns>#RRGGBB.</returns>
    public static string At(int index) => Colors[((index % Colors.Count) + Colors.Count) % Colors.Count];

    /// <summary>A colour with transparency for CSS.</summary>
    /// <param name="hex">#RRGGBB.</param>
    /// <param name="alpha">0–1.</param>
    /// <returns>rgba(…).</returns>
    public static string Rgba(string hex, double alpha)
    {
        int value = int.Parse(hex.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return $"rgba({value >> 16},{(value >> 8) & 255},{value & 255},{Markup.Css(alpha)})";
    }

    /// <summary>Gives each series of a panel its colour; equal names have equal colours in all panels.</summary>
    /// <param name="panels">The panels.</param>
    /// <returns>A colour per panel and series.</returns>
    public static IReadOnlyList<IReadOnlyList<string>> Assign(IReadOnlyList<Chart> panels)
    {
        var byName = new Dictionary<string, string>(StringComparer.Ordinal);
        var result = new List<IReadOnlyList<string>>();
        bool shared = panels.Count > 1 && panels.SelectMany(p => p.Series).Select(s => s.Name).Where(n => n.Length > 0).Distinct(
            StringComparer.Ordinal).Count() <= Colors.Count;
        foreach (Chart panel in panels)
        {
            int next = shared ? byName.Count : 0;
            var colors = new List<string>();
            foreach (ChartSeries series in panel.Series)
            {
                if (series.Color is { } fixedColor)
                {
                    colors.Add(At(fixedColor));
                }
                else if (shared && series.Name.Length > 0)
                {
                    if (!byName.TryGetValue(series.Name, out string? known))
                    {
                        byName[series.Name] = known = At(byName.Count);
                    }

                    colors.Add(known);
                }
                else
                {
                    colors.Add(At(next++));
                }
            }

            result.Add(colors);
        }

        return result;
    }
}

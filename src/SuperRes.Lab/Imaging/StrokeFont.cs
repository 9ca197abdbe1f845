using System.Collections.Frozen;
using System.Globalization;

namespace SuperRes.Lab.Imaging;

/// <summary>
/// The project's own typeface: every sign as strokes of a round pen, so that no font of the system takes part. Capitals are 14 units
/// high, small letters 10, descenders reach 4.5 below the base line; y points up.
/// </summary>
internal static class StrokeFont
{
    public const double CapHeight = 14, LineUnits = 24, EmUnits = 20, Gap = 4;

    // M: go to a point. L: lines to points. h, v: a quarter of an ellipse that starts horizontally or vertically. Q: a parabola.
    private static readonly string[] _glyphs =
    [
        "  ", "! M.3 14 L.3 4.6 M0 .1 L.6 .1 .6 .7 0 .7 0 .1", "\" M0 14 L0 10.5 M4 14 L4 10.5",
            "# M3.4 13 L1.6 1 M8.4 13 L6.6 1 M.6 9 L10 9 M0 5 L9.4 5",
        "$ M8.5 11 v4.5 14 h.5 10.6 v4.5 7.3 h9 3.7 v4.5 0 h0 3.2 M4.5 16 L4.5 -2",
        "% M2.5 14 h5 11 v2.5 8 h0 11 v2.5 14 M11 14 L1.4 0 M9.7 6 h12.2 3 v9.7 0 h7.2 3 v9.7 6",
        "& M10.6 0 L2.4 9.4 Q1.6 10.4 1.6 11.4 v4.2 14 h6.8 11.4 Q6.8 9.4 3.6 7.6 Q0 5.6 0 3.6 v3.8 0 Q8 0 10.2 6.4",
        "' M0 14 L0 10.5", "( M3.2 16 Q0 11.5 0 6 Q0 .5 3.2 -4", ") M0 16 Q3.2 11.5 3.2 6 Q3.2 .5 0 -4",
        "* M3.5 14 L3.5 7.4 M.6 12.4 L6.4 9 M6.4 12.4 L.6 9", "+ M4.5 11 L4.5 2 M0 6.5 L9 6.5", ", M1 .4 L.9 -.6 0 -2.6", "- M0 6 L6 6",
        ". M0 .1 L.6 .1 .6 .7 0 .7 0 .1", "/ M0 -2 L7 15",
        "0 M4.5 14 h9 7 v4.5 0 h0 7 v4.5 14", "1 M0 11 L4 14 4 0", "2 M.4 10.4 v4.6 14 h8.8 10.2 Q8.8 7.8 6 5.2 L0 0 9 0",
        "3 M.5 11.2 v4.3 14 h8.2 10.8 v4 7.5 h8.8 3.8 v4.2 0 h0 3.2", "4 M7 0 L7 14 0 4 9.4 4",
            "5 M8.4 14 L1.2 14 .6 7.6 Q2.2 9 4.4 9 h9 4.5 v4.4 0 h0 2.8",
        "6 M8 12 Q6.8 14 4.8 14 h0 6.5 L0 4.5 v4.5 0 h9 4.5 v4.5 9 h0 4.5", "7 M0 14 L9 14 3.4 0",
        "8 M4.5 14 h8.2 10.8 v4.5 7.6 h.8 10.8 v4.5 14 M4.5 7.6 h9 3.8 v4.5 0 h0 3.8 v4.5 7.6",
        "9 M1 2 Q2.2 0 4.2 0 h9 7.5 L9 9.5 v4.5 14 h0 9.5 v4.5 5 h9 9.5",
        ": M0 .3 L.6 .3 .6 .9 0 .9 0 .3 M0 8.3 L.6 8.3 .6 8.9 0 8.9 0 8.3", "; M1 .4 L.9 -.6 0 -2.6 M.5 8.3 L1.1 8.3 1.1 8.9 .5 8.9 .5 8.3",
            "< M8 11.5 L0 6.5 8 1.5", "= M0 8.6 L9 8.6 M0 4.6 L9 4.6",
        "> M0 11.5 L8 6.5 0 1.5", "? M0 11 v3.8 14 h7.6 10.6 Q7.6 8.8 5.6 7.5 Q3.8 6.3 3.8 4.4 M3.5 .1 L4.1 .1 4.1 .7 3.5 .7 3.5 .1",
        "@ M9.4 6.6 v6.7 9.4 h4 6.6 v6.7 3.8 h9.4 6.6 M9.4 9.4 L9.4 5.8 v11.4 3.8 h13.4 7 v6.9 13.6 h0 6.2 v6.9 -1.6 Q9.4 -1.6 11.6 -.4",
        "A M0 0 L5 14 10 0 M1.8 5 L8.2 5", "B M0 0 L0 14 5 14 h8.5 10.75 v5 7.5 L0 7.5 M5 7.5 h9 3.75 v5 0 L0 0",
        "C M10 10.5 v5.5 14 h0 7 v5.5 0 h10 3.5", "D M0 0 L0 14 4 14 h10 7 v4 0 L0 0", "E M8 14 L0 14 0 0 8 0 M0 7.5 L7 7.5",
            "F M8 14 L0 14 0 0 M0 7.5 L7 7.5",
        "G M10 10.5 v5.5 14 h0 7 v5.5 0 h10.5 5.5 L10.5 6.5 6 6.5", "H M0 0 L0 14 M10 0 L10 14 M0 7.5 L10 7.5", "I M0 0 L0 14",
            "J M7 14 L7 4 v3.5 0 h0 4",
        "K M0 0 L0 14 M9 14 L0 5 M3.2 8.2 L9 0", "L M0 14 L0 0 8 0", "M M0 0 L0 14 6 4 12 14 12 0", "N M0 0 L0 14 10 0 10 14",
        "O M5.5 14 h11 7 v5.5 0 h0 7 v5.5 14", "P M0 0 L0 14 5 14 h9 10.25 v5 6.5 L0 6.5",
            "Q M5.5 14 h11 7 v5.5 0 h0 7 v5.5 14 M7 4 L11 -1",
        "R M0 0 L0 14 5 14 h9 10.25 v5 6.5 L0 6.5 M4.5 6.5 L9 0", "S M8.5 11 v4.5 14 h.5 10.6 v4.5 7.3 h9 3.7 v4.5 0 h0 3.2",
            "T M0 14 L10 14 M5 14 L5 0",
        "U M0 14 L0 5 v5 0 h10 5 L10 14", "V M0 14 L5 0 10 14", "W M0 14 L3.5 0 7 11 10.5 0 14 14", "X M0 14 L9.5 0 M9.5 14 L0 0",
            "Y M0 14 L5 7 10 14 M5 7 L5 0",
        "Z M0 14 L9 14 0 0 9 0",
        "[ M3.4 16 L0 16 0 -4 3.4 -4", "\\ M0 15 L7 -2", "] M0 16 L3.4 16 3.4 -4 0 -4", "^ M0 10 L3.5 14 7 10", "_ M0 -2.5 L10 -2.5",
            "` M0 14.4 L2.6 11.8",
        "a M8 10 L8 0 M8 6.5 v4.2 10 h0 5 v4.2 0 h8 3.5", "b M0 14 L0 0 M0 6.5 v3.8 10 h8 5 v3.8 0 h0 3.5",
            "c M7.5 7.8 v4 10 h0 5 v4 0 h7.5 2.2",
        "d M8 14 L8 0 M8 6.5 v4.2 10 h0 5 v4.2 0 h8 3.5", "e M0 5.2 L8 5.2 v4 10 h0 5 v4 0 h7.6 2.2",
            "f M5.5 14 L4.8 14 h2 11 L2 0 M0 9.5 L5 9.5",
        "g M8 10 L8 -1 v4 -4.5 h.6 -2.4 M8 6.5 v4.2 10 h0 5 v4.2 0 h8 3.5", "h M0 14 L0 0 M0 6 v4 10 h7.5 6 L7.5 0",
            "i M.3 10 L.3 0 M0 13.3 L.6 13.3 .6 13.9 0 13.9 0 13.3",
        "j M3 10 L3 -1.5 v0 -4.5 M2.7 13.3 L3.3 13.3 3.3 13.9 2.7 13.9 2.7 13.3", "k M0 14 L0 0 M6.8 10 L0 3.6 M2.6 6 L7 0",
            "l M0 14 L0 2 v2 0",
        "m M0 10 L0 0 M0 6.5 v3.2 10 h6 6.8 L6 0 M6 6.5 v9.2 10 h12 6.8 L12 0", "n M0 10 L0 0 M0 6 v4 10 h7.5 6 L7.5 0",
            "o M4.2 10 h8.4 5 v4.2 0 h0 5 v4.2 10",
        "p M0 10 L0 -4.5 M0 6.5 v3.8 10 h8 5 v3.8 0 h0 3.5", "q M8 10 L8 -4.5 M8 6.5 v4.2 10 h0 5 v4.2 0 h8 3.5",
            "r M0 10 L0 0 M0 5.8 v4.2 10 L4.8 10",
        "s M6.6 7.9 v3.5 10 h.5 7.5 v3.5 5.2 h7 2.6 v3.5 0 h0 2.2", "t M2 13 L2 2.8 v4.8 0 L5.4 0 M0 10 L5 10",
            "u M0 10 L0 4 v3.6 0 h7.5 4 M7.5 10 L7.5 0",
        "v M0 10 L4 0 8 10", "w M0 10 L3 0 6 8.5 9 0 12 10", "x M0 10 L7.5 0 M7.5 10 L0 0", "y M0 10 L4 0 M8 10 L2.6 -3.6 .4 -4.5",
            "z M0 10 L7 10 0 0 7 0",
        "{ M4.6 16 h2.2 13.4 L2.2 8.6 v0 6 h2.2 3.4 L2.2 -1.4 v4.6 -4", "| M0 16 L0 -4",
            "} M0 16 h2.4 13.4 L2.4 8.6 v4.6 6 h2.4 3.4 L2.4 -1.4 v0 -4",
        "~ M0 5.4 v2.4 7.6 Q3.6 7.6 4.6 6.4 Q5.6 5.2 6.8 5.2 h9.2 7.4",
        "© M7 14 h14 7 v7 0 h0 7 v7 14 M10 9 v7.2 10.6 h3.6 7 v7.2 3.4 h10 5",
            "® M7 14 h14 7 v7 0 h0 7 v7 14 M5 3.4 L5 10.6 7.4 10.6 h9.6 8.6 v7.4 6.6 L5 6.6 M7.4 6.6 L9.6 3.4",
        "° M2.2 14 h4.4 11.8 v2.2 9.6 h0 11.8 v2.2 14", "€ M10.5 10.5 v6 14 h1.2 7 v6 0 h10.5 3.5 M0 8.4 L7.5 8.4 M0 5.6 L6.8 5.6",
        "£ M8.4 11.4 v5.2 14 h2 10.8 L2 2.4 Q2 .6 0 0 L9 0 M0 7 L6.4 7", "× M0 10.4 L7.6 2.8 M7.6 10.4 L0 2.8",
            "→ M0 6.5 L11 6.5 M7 10.5 L11 6.5 7 2.5",
        "★ M6.5 14 L8 9 13 9 9 5.8 10.6 .8 6.5 3.8 2.4 .8 4 5.8 0 9 5 9 6.5 14",
            "♥ M6 1 Q0 5.4 0 9 v3 12.4 h6 9.4 v9 12.4 h12 9 Q12 5.4 6 1", "• M1.6 8.4 h3.2 6.8 v1.6 5.2 h0 6.8 v1.6 8.4 M1.6 7.4 L1.6 6.2",
        "\uFFFD M0 0 L8 0 8 14 0 14 0 0",
    ];

    private static readonly FrozenDictionary<char, Glyph> _parsed = _glyphs.ToFrozenDictionary(text => text[0], Parse);

    /// <summary>The strokes of a sign and its width; of an unknown one an empty box.</summary>
    public static Glyph For(char sign) => _parsed.GetValueOrDefault(sign) ?? _parsed['\uFFFD'];

    private static Glyph Parse(string text)
    {
        var strokes = new List<List<(double X, double Y)>>();
        string[] words = text[1..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        char command = 'M';
        for (int i = 0; i < words.Length;)
        {
            command = char.IsLetter(words[i][0]) ? words[i][0] : command;
            (double X, double Y) Point()
            {
                double x = double.Parse(words[i].TrimStart('M', 'L', 'h', 'v', 'Q'), CultureInfo.InvariantCulture);
                double y = double.Parse(words[i + 1], CultureInfo.InvariantCulture);
                i += 2;
                return (x, y);
            }

            (double X, double Y) point = Point();
            switch (command)
            {
                case 'M':
                    strokes.Add([point]);
                    break;
                case 'L':
                    strokes[^1].Add(point);
                    break;
                case 'Q':
                    Parabola(strokes[^1], point, Point());
                    break;
                default:
                    Quarter(strokes[^1], point, horizontalFirst: command == 'h');
                    break;
            }
        }

        return new Glyph(
            [.. strokes.Select(stroke => stroke.ToArray())], strokes.Count == 0 ? 5 : strokes.Max(stroke => stroke.Max(point => point.X)));
    }

    private static void Quarter(List<(double X, double Y)> stroke, (double X, double Y) to, bool horizontalFirst)
    {
        (double X, double Y) from = stroke[^1];
        for (int i = 1; i <= 12; i++)
        {
            double t = i / 12.0, sin = 2 * t / (1 + (t * t)), rise = 1 - ((1 - (t * t)) / (1 + (t * t)));
            (double alongX, double alongY) = horizontalFirst ? (sin, rise) : (rise, sin);
            stroke.Add((from.X + ((to.X - from.X) * alongX), from.Y + ((to.Y - from.Y) * alongY)));
        }
    }

    private static void Parabola(List<(double X, double Y)> stroke, (double X, double Y) control, (double X, double Y) to)
    {
        (double X, double Y) from = stroke[^1];
        for (int i = 1; i <= 8; i++)
        {
            double t = i / 8.0, a = (1 - t) * (1 - t), b = 2 * t * (1 - t), c = t * t;
            stroke.Add(((from.X * a) + (control.X * b) + (to.X * c), (from.Y * a) + (control.Y * b) + (to.Y * c)));
        }
    }

    /// <summary>A sign's strokes and how far they reach to the right.</summary>
    internal sealed record Glyph((double X, double Y)[][] Strokes, double Width);
}

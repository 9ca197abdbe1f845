using System.Text;
using System.Text.RegularExpressions;

namespace SuperRes.Lab.Notebooks;

/// <summary>Console text as a page can show it.</summary>
internal static partial class ConsoleText
{
    /// <summary>Takes colours and cursor movements (ANSI escape sequences) out.</summary>
    public static string StripAnsi(string text) => text.Contains('\u001b', StringComparison.Ordinal) ? AnsiSequence().Replace(text, "")
        : text;

    /// <summary>Keeps of each line what stands after its last carriage return, as a terminal would show it.</summary>
    public static string CollapseReturns(string text)
    {
        if (!text.Contains('\r', StringComparison.Ordinal))
        {
            return text;
        }

        var kept = new StringBuilder(text.Length);
        string[] lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd('\r'); // a return at the end of what there is overwrites nothing yet
            kept.Append(line.AsSpan(line.LastIndexOf('\r') + 1));
            if (i < lines.Length - 1)
            {
                kept.Append('\n');
            }
        }

        return kept.ToString();
    }

    [GeneratedRegex(
        @"\u001b(\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(\u0007|\u001b\\)|[@-Z\\^_])",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex AnsiSequence();
}

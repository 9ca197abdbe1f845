using System.Text;

namespace SuperRes.Lab.Cli.Terminals;

/// <summary>Words in lines that fit a terminal.</summary>
internal static class Wrapping
{
    /// <summary>Appends words in lines behind an indent, and an end of line where there is anything.</summary>
    /// <param name="text">Receives them.</param>
    /// <param name="words">The words.</param>
    /// <param name="indent">What each line begins with.</param>
    /// <param name="lead">What stands before the first word in place of the indent; empty for the indent.</param>
    /// <param name="width">Columns of a line.</param>
    public static void AppendWrapped(this StringBuilder text, string words, string indent, string lead, int width)
    {
        int column = lead.Length;
        text.Append(lead);
        foreach (string word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            bool breaks = column > 0 && column + 1 + word.Length > width;
            text.Append(column == 0 ? indent : breaks ? "\n" + indent : " ").Append(word);
            column = column == 0 || breaks ? indent.Length + word.Length : column + 1 + word.Length;
        }

        text.Append(column > 0 ? "\n" : "");
    }
}

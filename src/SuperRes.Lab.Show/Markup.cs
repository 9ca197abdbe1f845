using System.Globalization;
using System.Text;
using System.Xml;

namespace SuperRes.Lab.Show;

/// <summary>Small helpers for writing well-formed HTML.</summary>
internal static class Markup
{
    /// <summary>Escapes text for content and for attributes in double quotes.</summary>
    /// <param name="text">Any text; characters that no markup may hold are left out.</param>
    /// <returns>Escaped text.</returns>
    public static string Escape(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var escaped = new StringBuilder(text.Length + 16);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            switch (c)
            {
                case '<': escaped.Append("&lt;"); break;
                case '>': escaped.Append("&gt;"); break;
                case '&': escaped.Append("&amp;"); break;
                case '"': escaped.Append("&quot;"); break;
                case '\'': escaped.Append("&#39;"); break;
                default:
                    if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                    {
                        escaped.Append(c).Append(text[++i]);
                    }
                    else if (XmlConvert.IsXmlChar(c))
                    {
                        escaped.Append(c);
                    }

                    break;
            }
        }

        return escaped.ToString();
    }

    /// <summary>A number for CSS: invariant, at most three decimals.</summary>
    /// <param name="value">The number.</param>
    /// <returns>Text.</returns>
    public static string Css(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}

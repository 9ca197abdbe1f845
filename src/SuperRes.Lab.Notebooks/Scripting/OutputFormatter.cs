using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis.CSharp.Scripting.Hosting;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Notebooks.Scripting;

/// <summary>
/// Gives any value its formats: one with a view (<see cref="Views.Of"/>) its HTML, picture and text; another object with a public
/// <c>string ToHtml()</c> its HTML; the rest plain text.
/// </summary>
internal static class OutputFormatter
{
    /// <param name="value">The value; null is shown as "null".</param>
    /// <param name="maxPictureBytes">A PNG of more bytes is left out where the value has another rich format.</param>
    public static MimeBundle Format(object? value, int maxPictureBytes)
    {
        if (Views.Of(value) is { } view)
        {
            return FormatDisplayable(view, maxPictureBytes);
        }

        switch (value)
        {
            case null:
                return MimeBundle.Of((MimeBundle.Plain, "null"));
            default:
                MethodInfo? toHtml = value.GetType().GetMethod("ToHtml", BindingFlags.Public | BindingFlags.Instance, Type.EmptyTypes);
                return toHtml is not null && toHtml.ReturnType == typeof(string) && !toHtml.ContainsGenericParameters
                    ? MimeBundle.Of((MimeBundle.Html, toHtml.CreateDelegate<Func<string>>(value)()), (MimeBundle.Plain, PlainText(value)))
                    : MimeBundle.Of((MimeBundle.Plain, PlainText(value)));
        }
    }

    private static MimeBundle FormatDisplayable(IDisplayable value, int maxPictureBytes)
    {
        var entries = new Dictionary<string, JsonNode?>(StringComparer.Ordinal)
        {
            [MimeBundle.Html] = value.ToHtml(),
            [MimeBundle.Plain] = value.ToText(),
        };
        if (value.ToPng() is { } png && png.Length <= maxPictureBytes)
        {
            entries[MimeBundle.Png] = Convert.ToBase64String(png);
        }

        return new MimeBundle(entries);
    }

    private static string PlainText(object value) => value switch
    {
        string text => text,
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable when !SaysItself(value) => CSharpObjectFormatter.Instance.FormatObject(value),
        _ when SaysItself(value) => value.ToString() ?? "",
        _ => CSharpObjectFormatter.Instance.FormatObject(value),
    };

    /// <summary>Whether the type has a text of its own, beyond the type name that every object gives.</summary>
    private static bool SaysItself(object value)
    {
        Type? declaring = value.GetType().GetMethod(nameof(ToString), Type.EmptyTypes)?.DeclaringType;
        return declaring != typeof(object) && declaring != typeof(ValueType);
    }
}

using Microsoft.DotNet.Interactive.Formatting;

namespace SuperRes.Lab.Interactive;

/// <summary>
/// Formats of everything that implements SuperRes.Lab's IDisplayable, a notebook's own types too. The library's types name theirs by an
/// attribute, which the engine knows without this package.
/// </summary>
internal static class DisplayableFormatters
{
    /// <param name="displayable">The interface, of the copy of the library that the notebook loaded.</param>
    public static void Register(Type displayable)
    {
        Func<object, string?> html = Call<string>(displayable, "ToHtml"), text = Call<string>(displayable, "ToText");
        Register(displayable, HtmlFormatter.MimeType, html);
        Register(displayable, PlainTextFormatter.MimeType, text);
        Formatter.SetPreferredMimeTypesFor(displayable, HtmlFormatter.MimeType, PlainTextFormatter.MimeType);
    }

    private static void Register(Type type, string mimeType, Func<object, string?> format) =>
        Formatter.Register(type, (value, context) =>
        {
            if (format(value) is not { Length: > 0 } content)
            {
                return false;
            }

            context.Writer.Write(content);
            return true;
        }, mimeType);

    private static Func<object, T?> Call<T>(Type type, string method)
        where T : class =>
        value => type.GetMethod(method)?.Invoke(value, null) as T;
}

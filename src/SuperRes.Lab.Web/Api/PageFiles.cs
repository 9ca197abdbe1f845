using System.Reflection;

namespace SuperRes.Lab.Web.Api;

/// <summary>The files of the page, which are part of this assembly.</summary>
internal static class PageFiles
{
    private const string Folder = "page/";
    private static readonly Assembly _own = typeof(PageFiles).Assembly;

    /// <summary>Their paths below the page's address.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. _own.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => name[Folder.Length..].Replace('\\', '/')).Order(StringComparer.Ordinal)];

    /// <summary>Opens one.</summary>
    public static Stream Open(string name) => _own.GetManifestResourceStream(Folder + name)!;

    /// <summary>Serves what the page on this machine is made of: all but the engine of the page without a server.</summary>
    public static void Map(WebApplication app)
    {
        foreach (string name in Names.Where(name => !name.StartsWith("static/", StringComparison.Ordinal)))
        {
            string shown = name.StartsWith("server/", StringComparison.Ordinal) ? name["server/".Length..] : name;
            app.MapGet("/" + shown, () => Results.Stream(Open(name), ContentType(name))).ExcludeFromDescription();
        }

        app.MapGet("/", () => Results.Stream(Open("index.html"), ContentType("index.html"))).ExcludeFromDescription();
    }

    public static string ContentType(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" or ".mjs" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    };
}

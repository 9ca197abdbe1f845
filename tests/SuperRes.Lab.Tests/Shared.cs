using System.Text.Json;

namespace SuperRes.Lab.Tests;

/// <summary>Reference values and photos that lie beside a checkout (SUPERRES_SHARED, or ../shared); tests that need them skip where they
/// are absent.</summary>
internal static class Shared
{
    public static readonly string? Root = Find();

    public static string Require(params string[] parts)
    {
        Assert.SkipWhen(Root is null, "The folder of reference values (../shared beside the checkout, or SUPERRES_SHARED) is absent.");
        string path = Path.Combine([Root!, .. parts]);
        Assert.SkipUnless(Path.Exists(path), $"{Path.Combine(parts)} is absent from the folder of reference values.");
        return path;
    }

    public static JsonElement Golden(string file)
    {
        using FileStream stream = File.OpenRead(Require("golden", file));
        using JsonDocument document = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = 128 });
        return document.RootElement.Clone();
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("SUPERRES_SHARED") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? named : null;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SuperRes.Lab.sln")))
            {
                string beside = Path.Combine(folder.FullName, "..", "shared");
                return Directory.Exists(Path.Combine(beside, "golden")) ? Path.GetFullPath(beside) : null;
            }
        }

        return null;
    }
}

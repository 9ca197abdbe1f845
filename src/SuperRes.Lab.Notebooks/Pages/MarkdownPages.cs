using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.IO;
using SuperRes.Lab.Notebooks.Html;

namespace SuperRes.Lab.Notebooks.Pages;

/// <summary>
/// Executed notebooks as Markdown pages with their pictures as files, which a repository's site shows without running anything.
/// </summary>
public static partial class MarkdownPages
{
    private const int SmallPicture = 50_000, WebpQuality = 85;

    /// <summary>Writes a page for each notebook, README.md with the list of them, and the pictures in images/.</summary>
    /// <param name="notebooks">The notebooks in order, with outputs.</param>
    /// <param name="folder">Where to; made where it is missing. Pages and pictures of the same names are replaced.</param>
    /// <param name="title">The list's heading.</param>
    /// <param name="introduction">What stands below it.</param>
    /// <exception cref="InputException">A file can't be written.</exception>
    public static void Write(IReadOnlyList<SiteNotebook> notebooks, string folder, string title, string introduction)
    {
        var list = new StringBuilder($"# {title}\n\n{introduction}\n\n");
        foreach (SiteNotebook notebook in notebooks)
        {
            AtomicFile.WriteAllText(Path.Combine(folder, notebook.Name + ".md"), Page(notebook, folder));
            string time = notebook.Elapsed is { } elapsed
                ? string.Create(CultureInfo.InvariantCulture, $" ({(int)elapsed.TotalMinutes}:{elapsed.Seconds:00} min)") : "";
            list.Append(CultureInfo.InvariantCulture, $"- [{notebook.Title}]({notebook.Name}.md){time}\n");
        }

        AtomicFile.WriteAllText(Path.Combine(folder, "README.md"), list.ToString());
    }

    private static string Page(SiteNotebook notebook, string folder)
    {
        var page = new StringBuilder();
        int number = 0;
        foreach (NotebookCell cell in notebook.Notebook.Cells)
        {
            if (cell.Kind != CellKind.Code)
            {
                page.Append(Relink(cell.Source, notebook.Path, folder)).Append("\n\n");
                continue;
            }

            number++;
            page.Append(CultureInfo.InvariantCulture, $"```csharp\n{cell.Source}\n```\n\n");
            for (int i = 0; i < cell.Outputs.Count; i++)
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"{notebook.Name}-{number}-{i + 1}");
                page.Append(Output(cell.Outputs[i], folder, name));
            }
        }

        return page.ToString().TrimEnd() + "\n";
    }

    private static string Output(CellOutput output, string folder, string name) => output switch
    {
        StreamOutput stream => Fenced(stream.Text),
        ErrorOutput error => Fenced(string.Join('\n', error.Traceback.Prepend(error.Message))),
        DisplayOutput display when display.Data.Text(MimeBundle.Png) is { Length: > 0 } png =>
            Picture(Convert.FromBase64String(png.ReplaceLineEndings("")), display.Data.Text(MimeBundle.Plain), folder, name),
        DisplayOutput display => Fenced(display.Data.Text(MimeBundle.Plain) ?? ""),
        _ => "",
    };

    private static string Fenced(string text) => text.Trim().Length == 0 ? "" : $"```text\n{text.TrimEnd()}\n```\n\n";

    /// <summary>A large picture is a photo: WebP has it in a third of PNG's bytes.</summary>
    private static string Picture(byte[] png, string? text, string folder, string name)
    {
        bool isLarge = png.Length > SmallPicture;
        byte[] content = isLarge ? ImageCodec.EncodeWebp(ImageCodec.Decode(png, name), WebpQuality) : png;
        string file = $"images/{name}{(isLarge ? ".webp" : ".png")}";
        AtomicFile.WriteAllBytes(Path.Combine(folder, file), content);
        string alternative = (text ?? name).Split('\n')[0].Replace('[', '(').Replace(']', ')');
        return $"![{alternative}]({file})\n\n";
    }

    /// <summary>Links between notebooks become links between pages; other files are reached from where the pages are.</summary>
    private static string Relink(string markdown, string notebook, string folder) => Link().Replace(markdown, match =>
    {
        string target = match.Groups["target"].Value;
        if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith('#'))
        {
            return match.Value;
        }

        string[] parts = target.Split('#', 2);
        string anchor = parts.Length == 2 ? "#" + parts[1] : "";
        if (parts[0].EndsWith(".ipynb", StringComparison.Ordinal) && !parts[0].Contains('/', StringComparison.Ordinal))
        {
            return $"]({Path.ChangeExtension(parts[0], ".md")}{anchor})";
        }

        string file = Path.GetFullPath(parts[0], Path.GetDirectoryName(Path.GetFullPath(notebook))!);
        return $"]({Path.GetRelativePath(Path.GetFullPath(folder), file).Replace('\\', '/')}{anchor})";
    });

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Link();
}

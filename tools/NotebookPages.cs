// Writes the stored notebooks, with the outputs that they hold, as pages: dotnet run tools/NotebookPages.cs -- FOLDER
#:project ../src/SuperRes.Lab.Notebooks
#:property PublishAot=false
#:property NoWarn=CS1591;MA0047
using System.Runtime.CompilerServices;
using SuperRes.Lab.Notebooks.Html;

string notebooks = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "notebooks"));
SiteNotebook[] pages = [.. Directory.EnumerateFiles(notebooks, "*.ipynb").Order(StringComparer.Ordinal).Select(SiteNotebook.Read)];
HtmlSite.WriteSite(pages, args[0], "The course");
Console.WriteLine($"{pages.Length} notebooks in {args[0]}");

static string ThisFile([CallerFilePath] string path = "") => path;

// Draws the house from the code: docs/images/architecture.svg, and the lines of each room in docs/architecture.md.
//
//     dotnet run tools/DrawArchitecture.cs
//
// The order of the rooms and what each holds come from the table in docs/architecture.md; files, lines and dependencies come from src/.
#:property NoWarn=CS1591;MA0047
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, ".."));
string page = Path.Combine(root, "docs", "architecture.md"), picture = Path.Combine(root, "docs", "images", "architecture.svg");
string text = File.ReadAllText(page);

List<Room> rooms =
    [.. RowPattern().Matches(text).Select(
    row => Read(row.Groups["name"].Value, row.Groups["folder"].Value, row.Groups["holds"].Value.Trim()))];
text = RowPattern().Replace(text, row => Row(rooms.First(room => room.Name == row.Groups["name"].Value)));
text = HistoryPattern().Replace(text, row => $"{row.Groups["before"].Value}{Count(Sum(row.Groups["now"].Value))} |");
File.WriteAllText(page, CorePattern().Replace(text, $"The core has {Count(Sum("the core alone"))} lines"));
Directory.CreateDirectory(Path.GetDirectoryName(picture)!);
File.WriteAllText(picture, Draw(rooms));
foreach (Room room in rooms)
{
    Console.WriteLine($"{room.Name,-22}{room.Files,5} files{room.Lines,8:#,0} lines   uses {string.Join(", ", room.Uses)}");
}

// A room's files, lines, and the rooms whose namespaces its files name.
Room Read(string name, string folder, string holds)
{
    string path = Path.Combine(root, folder);
    bool isProject = folder.StartsWith("src/SuperRes.Lab.", StringComparison.Ordinal);
    string[] files = !Directory.Exists(path) ? []
        : [.. Directory.EnumerateFiles(path, "*.cs", name == "(root)" ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))];
    string[] lines = [.. files.SelectMany(File.ReadLines)];
    IEnumerable<string> used = lines.Select(line => UsingPattern().Match(line)).Where(match => match.Success)
        .Select(match => match.Groups[1].Value);
    return new Room(name, folder, holds, files.Length, lines.Length, isProject,
        [.. used.Where(other => other != name.Split('.')[^1]).Distinct().Order(StringComparer.Ordinal)]);
}

// The lines of the rooms that a cell names, or of the core.
int Sum(string cell) => rooms
    .Where(room => cell == "the core alone" ? !room.IsProject : cell.Contains($"`{room.Name}`", StringComparison.Ordinal))
    .Sum(room => room.Lines);

string Count(int lines) => lines.ToString("#,0", CultureInfo.InvariantCulture);

string Row(Room room) =>
    string.Create(CultureInfo.InvariantCulture, $"| `{room.Name}` | `{room.Folder}` | {room.Holds} | {room.Files} | {room.Lines:#,0} |");

// Floors from the ground up, and beside each the rooms that it uses.
string Draw(IReadOnlyList<Room> floors)
{
    const string Legend = "A bar shows the lines of a room (blue: the core; green: other projects). The dots beside it show which rooms "
        + "it uses: all lie below it, left of the squares. Every room uses the root.";
    const int Left = 20, Floor = 46, Top = 64, Wide = 540, Column = 20;
    int bottom = Top + (floors.Count * Floor) - 4, height = bottom + 90, most = floors.Max(room => room.Lines);
    int width = Left + Wide + 18 + (floors.Count * Column) + 4;
    int Y(int index) => Top + ((floors.Count - 1 - index) * Floor);
    var svg = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="system-ui, sans-serif">
        <style>text{"{"}fill:#1f2933{"}"}.small{"{"}font-size:11px;fill:#52606d{"}"}.name{"{"}font-size:14px;font-weight:600{"}"}</style>
        <rect width="{width}" height="{height}" fill="#ffffff"/>
        <text x="{Left}" y="28" font-size="17" font-weight="600">The rooms, the lowest at the bottom</text>
        <text x="{Left}" y="48" class="small">{Legend}</text>

        """));
    for (int i = 0; i < floors.Count; i++)
    {
        Room room = floors[i];
        int bar = Math.Max(3, room.Lines * (Wide - 8) / most);
        string color = room.IsProject ? "#d9e8d6" : "#d6e4f0";
        svg.Append(CultureInfo.InvariantCulture, $"""
            <rect x="{Left}" y="{Y(i)}" width="{Wide}" height="{Floor - 6}" rx="4" fill="#f5f7fa"/>
            <rect x="{Left}" y="{Y(i)}" width="{bar}" height="{Floor - 6}" rx="4" fill="{color}"/>
            <text x="{Left + 10}" y="{Y(i) + 17}" class="name">{Escape(room.Name)}</text>
            <text x="{Left + Wide - 8}" y="{Y(i) + 17}" class="small" text-anchor="end">{room.Files} files, {room.Lines:#,0} lines</text>
            <text x="{Left + 10}" y="{Y(i) + 33}" class="small">{Escape(Short(room.Holds))}</text>

            """);
    }

    // One column a room, in the same order: a dot where the floor uses it. Everything stands left of the diagonal; what does not is red.
    int X(int index) => Left + Wide + 18 + (index * Column);
    for (int i = 0; i < floors.Count; i++)
    {
        int middle = Y(i) + (Floor / 2) - 3;
        svg.Append(CultureInfo.InvariantCulture, $"""
            <line x1="{Left + Wide + 6}" y1="{middle}" x2="{X(i)}" y2="{middle}" stroke="#e4e7eb"/>
            <line x1="{X(i)}" y1="{middle}" x2="{X(i)}" y2="{bottom}" stroke="#e4e7eb"/>
            <rect x="{X(i) - 4}" y="{middle - 4}" width="8" height="8" fill="#829ab1"/>
            <text transform="translate({X(i) + 4} {bottom + 8}) rotate(90)" class="small">{Escape(floors[i].Name.Split('.')[^1])}</text>

            """);
    }

    for (int i = 0; i < floors.Count; i++)
    {
        foreach (int target in floors[i].Uses.Select(used => IndexOf(floors, used)).Where(index => index >= 0 && index != i))
        {
            svg.Append(CultureInfo.InvariantCulture, $"""
                <circle cx="{X(target)}" cy="{Y(i) + (Floor / 2) - 3}" r="5" fill="{(target > i ? "#c0392b" : "#334e68")}"/>

                """);
        }
    }

    return svg.Append("</svg>\n").ToString();
}

int IndexOf(IReadOnlyList<Room> floors, string used) =>
    floors.ToList().FindIndex(room => room.Name == used || room.Name == "SuperRes.Lab." + used);

string Short(string holds) => holds.Length <= 86 ? holds : holds[..holds.LastIndexOf(' ', 84)] + " …";

string Escape(string value) => value.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
    .Replace("`", "", StringComparison.Ordinal);

static string ThisFile([CallerFilePath] string path = "") => path;

internal sealed record Room(string Name, string Folder, string Holds, int Files, int Lines, bool IsProject, IReadOnlyList<string> Uses);

internal static partial class Program
{
    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \| `(?<folder>[^`]+)` \| (?<holds>[^|]+)\|[^|]*\|[^|]*\|$", RegexOptions.Multiline)]
    private static partial Regex RowPattern();

    [GeneratedRegex(@"^(?<before>\| [^|]+ \| [\d,]* ?\| (?<now>`[^|]+`|the core alone) \| )[\d,]+ \|$", RegexOptions.Multiline)]
    private static partial Regex HistoryPattern();

    [GeneratedRegex(@"The core has [\d,]+ lines")]
    private static partial Regex CorePattern();

    [GeneratedRegex(@"^using (?:static )?SuperRes\.Lab\.(\w+)")]
    private static partial Regex UsingPattern();
}

// Checks the links of a site within itself: dotnet run tools/CheckLinks.cs -- FOLDER
// Each href and src of each page must be a file that is there, and each #fragment an id of its page. Ends with 1 where one is broken.
#:property NoWarn=CS1591;MA0047
using System.Net;
using System.Text.RegularExpressions;

string site = Path.GetFullPath(args[0]);
string[] pages = Directory.GetFiles(site, "*.html", SearchOption.AllDirectories);
var ids = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
int links = 0, broken = 0;
foreach (string page in pages)
{
    foreach (Match match in Regex.Matches(File.ReadAllText(page), "<(?:a|img|link|script)\\s[^>]*?(?:href|src)=\"(?<to>[^\"]*)\""))
    {
        string to = WebUtility.HtmlDecode(match.Groups["to"].Value);
        if (to.Length == 0 || Regex.IsMatch(to, "^(https?:|mailto:|data:|javascript:|//)"))
        {
            continue;
        }

        links++;
        string[] parts = to.Split('#', 2);
        string path = Uri.UnescapeDataString(parts[0].Split('?')[0]);
        string target = path.Length == 0 ? page
            : Path.GetFullPath(path.StartsWith('/') ? site + path : Path.Combine(Path.GetDirectoryName(page)!, path));
        bool isThere = File.Exists(target) || File.Exists(Path.Combine(target, "index.html"));
        bool hasPlace = parts.Length < 2 || parts[1].Length == 0 || !target.EndsWith(".html", StringComparison.Ordinal) || !isThere
            || IdsOf(target).Contains(Uri.UnescapeDataString(parts[1]));
        if (!isThere || !hasPlace)
        {
            broken++;
            Console.WriteLine($"{Path.GetRelativePath(site, page)}: {to}");
        }
    }
}

Console.WriteLine($"{pages.Length} pages, {links} links within the site, {broken} broken");
return broken == 0 ? 0 : 1;

HashSet<string> IdsOf(string page)
{
    if (!ids.TryGetValue(page, out HashSet<string>? found))
    {
        found = [.. Regex.Matches(File.ReadAllText(page), "\\s(?:id|name)=\"(?<id>[^\"]*)\"")
            .Select(match => WebUtility.HtmlDecode(match.Groups["id"].Value))];
        ids[page] = found;
    }

    return found;
}

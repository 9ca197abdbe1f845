using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SuperRes.Lab.Cli.Describing;

/// <summary>The summaries that lie as XML beside an assembly, in one line and without C# names: keys where properties are meant.</summary>
internal sealed partial class XmlDocumentation
{
    private readonly Dictionary<Assembly, Dictionary<string, XElement>> _files = [];

    /// <summary>What a type is; null where its assembly has no documentation file.</summary>
    public string? Of(Type type) => Find(type.Assembly, $"T:{Name(type)}");

    /// <summary>What a property or a value of an enum is; null where it says nothing.</summary>
    public string? Of(MemberInfo member) =>
        Find(member.DeclaringType!.Assembly, $"{(member is FieldInfo ? 'F' : 'P')}:{Name(member.DeclaringType!)}.{member.Name}");

    private static string Name(Type type) => type.FullName!.Replace('+', '.');

    private string? Find(Assembly assembly, string name) => Load(assembly).GetValueOrDefault(name) is { } summary ? OneLine(summary) : null;

    private Dictionary<string, XElement> Load(Assembly assembly)
    {
        if (!_files.TryGetValue(assembly, out Dictionary<string, XElement>? members))
        {
            string file = Path.ChangeExtension(assembly.Location, ".xml");
            members = !File.Exists(file) ? [] : XDocument.Load(file).Descendants("member")
                .Where(member => member.Element("summary") is not null)
                .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!, StringComparer.Ordinal);
            _files[assembly] = members;
        }

        return members;
    }

    private static string OneLine(XElement summary)
    {
        var text = new StringBuilder();
        foreach (XNode node in summary.DescendantNodes())
        {
            text.Append(node switch
            {
                XText plain => plain.Value,
                XElement { Name.LocalName: "see" } reference => Referred(reference),
                _ => "",
            });
        }

        return Spaces().Replace(InParentheses().Replace(text.ToString(), ""), " ").Trim();
    }

    /// <summary>A property by its key, a type not at all: people who write files have no use for it.</summary>
    private static string Referred(XElement reference)
    {
        string name = reference.Attribute("cref")?.Value ?? reference.Attribute("langword")?.Value ?? "";
        return name.StartsWith("T:", StringComparison.Ordinal) ? "" : JsonNamingPolicy.CamelCase.ConvertName(name.Split('.')[^1]);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    /// <summary>What a reference left empty.</summary>
    [GeneratedRegex(@"\s*\((see )?\s*\)|; see\s*(?=\.)")]
    private static partial Regex InParentheses();
}

using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace SuperRes.Lab.Notebooks.Scripting;

/// <summary>The documentation that stands in the XML file beside an assembly, as plain text.</summary>
internal static partial class DocumentationText
{
    private static readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, XElement>> Files = new(StringComparer.Ordinal);

    /// <returns>Summary, parameters and result; null where the symbol has no documentation.</returns>
    public static string? Of(ISymbol symbol, Compilation compilation)
    {
        symbol = symbol is IMethodSymbol { ReducedFrom: { } extension } ? extension : symbol;
        if (symbol.OriginalDefinition.GetDocumentationCommentId() is not { } id
            || symbol.ContainingAssembly is null
            || (compilation.GetMetadataReference(symbol.ContainingAssembly) as PortableExecutableReference)?.FilePath is not { } assembly
            || !Files.GetOrAdd(Path.ChangeExtension(assembly, ".xml"), Read).TryGetValue(id, out XElement? member))
        {
            return null;
        }

        List<string> lines = [Plain(member.Element("summary"))];
        lines.AddRange(member.Elements("param").Select(p => $"  {(string?)p.Attribute("name")}: {Plain(p)}"));
        if (member.Element("returns") is { } returns)
        {
            lines.Add($"  returns: {Plain(returns)}");
        }

        return string.Join('\n', lines).Trim();
    }

    private static IReadOnlyDictionary<string, XElement> Read(string path)
    {
        try
        {
            return File.Exists(path)
                ? XDocument.Load(path).Descendants("member").Where(m => m.Attribute("name") is not null)
                    .GroupBy(m => m.Attribute("name")!.Value).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal)
                : new Dictionary<string, XElement>(StringComparer.Ordinal);
        }
        catch (Exception e) when (e is XmlException or IOException or UnauthorizedAccessException)
        {
            return new Dictionary<string, XElement>(StringComparer.Ordinal); // no documentation is no failure
        }
    }

    private static string Plain(XElement? element)
    {
        if (element is null)
        {
            return "";
        }

        IEnumerable<string> words = element.DescendantNodes().Select(node => node switch
        {
            XText text => text.Value,
            XElement { IsEmpty: true } reference => Name(reference),
            _ => "",
        });
        return Blanks().Replace(string.Concat(words), " ").Trim();
    }

    /// <summary>The last part of what a see or paramref names.</summary>
    private static string Name(XElement reference)
    {
        XAttribute? named = reference.Attribute("cref") ?? reference.Attribute("name") ?? reference.Attribute("langword");
        string name = (named?.Value ?? "").Split('(')[0];
        return name[(name.LastIndexOf('.') + 1)..];
    }

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();
}

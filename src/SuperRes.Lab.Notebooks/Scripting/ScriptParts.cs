using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace SuperRes.Lab.Notebooks.Scripting;

/// <summary>A stretch of a cell that runs in one go.</summary>
internal abstract record ScriptPart;

/// <summary>C# code; every line stands at its number in the cell, lines of other parts being blank.</summary>
/// <param name="Text">The code, directives taken out.</param>
/// <param name="References">What its <c>#r</c> directives name, with their lines (from 1).</param>
internal sealed record CodePart(string Text, IReadOnlyList<(string Reference, int Line)> References) : ScriptPart;

/// <summary>The import of a script file.</summary>
/// <param name="File">The file as written.</param>
/// <param name="Line">The directive's line, from 1.</param>
internal sealed record ImportPart(string File, int Line) : ScriptPart;

/// <summary>A directive that notebooks here can't have.</summary>
/// <param name="Message">Why.</param>
/// <param name="Line">Its line, from 1.</param>
internal sealed record BadPart(string Message, int Line) : ScriptPart;

/// <summary>Takes a cell apart at the directives that C# itself doesn't know.</summary>
internal static class ScriptParts
{
    public static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest, DocumentationMode.None, SourceCodeKind.Script);

    /// <summary>Splits a cell; parts come in the order in which they run.</summary>
    public static IReadOnlyList<ScriptPart> Split(string source)
    {
        SourceText text = SourceText.From(source);
        SyntaxNode root = CSharpSyntaxTree.ParseText(text, Parsing).GetRoot();
        var parts = new List<ScriptPart>();
        var references = new List<(string, int)>();
        string[] lines = [.. text.Lines.Select(line => line.ToString())];
        int start = 0;

        // The syntax tree knows what is a directive and what only looks like one inside a string or a comment.
        foreach (SyntaxTrivia trivia in root.DescendantTrivia().Where(t => t.IsDirective))
        {
            int index = text.Lines.GetLineFromPosition(trivia.SpanStart).LineNumber;
            string line = lines[index].Trim();
            if (trivia.GetStructure() is ReferenceDirectiveTriviaSyntax reference && !reference.File.IsMissing)
            {
                references.Add((reference.File.ValueText, index + 1));
                lines[index] = "";
            }
            else if (line.StartsWith("#!", StringComparison.Ordinal))
            {
                lines[index] = "";
                if (Magic(line, index + 1) is { } part)
                {
                    AddCode(parts, references, lines, start, index);
                    parts.Add(part);
                    start = index;
                }
            }
        }

        AddCode(parts, references, lines, start, lines.Length);
        return parts;
    }

    /// <summary>The same text with blanks in place of the directives that C# itself doesn't know, so that every character keeps its
    /// place.</summary>
    public static string BlankDirectives(string source)
    {
        char[] text = source.ToCharArray();
        SyntaxNode root = CSharpSyntaxTree.ParseText(source, Parsing).GetRoot();
        foreach (SyntaxTrivia trivia in root.DescendantTrivia().Where(t => t.IsDirective))
        {
            string line = trivia.ToString().TrimEnd();
            if (trivia.IsKind(SyntaxKind.ReferenceDirectiveTrivia) || line.StartsWith("#!", StringComparison.Ordinal))
            {
                text.AsSpan(trivia.SpanStart, line.Length).Fill(' ');
            }
        }

        return new string(text);
    }

    private static ScriptPart? Magic(string line, int number)
    {
        string[] words = line.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words switch
        {
            ["#!import", var file] => new ImportPart(file.Trim('"'), number),
            ["#!import"] => new BadPart("#!import names no file; write #!import lab.csx", number),
            ["#!csharp"] or ["#!c#"] or ["#!C#"] => null,
            _ => new BadPart($"{words[0]} is unknown here: notebooks hold C# and, of the directives that begin with #!, only #!import.",
                number),
        };
    }

    private static void AddCode(List<ScriptPart> parts, List<(string, int)> references, string[] lines, int start, int end)
    {
        string code = new string('\n', start) + string.Join('\n', lines[start..end]);
        if (references.Count > 0 || !string.IsNullOrWhiteSpace(code))
        {
            parts.Add(new CodePart(code, [.. references]));
        }

        references.Clear();
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SuperRes.Lab.Notebooks.Scripting;

/// <summary>Names that could stand at a place.</summary>
/// <param name="Start">Where the name begins that they would replace, in 16-bit units.</param>
/// <param name="Names">The names in order.</param>
internal sealed record ScriptCompletions(int Start, IReadOnlyList<string> Names);

/// <summary>Completes code from what the compiler knows at that place of the session.</summary>
internal static class ScriptCompleter
{
    private const int MaxNames = 300;

    public static ScriptCompletions Complete(ScriptSession session, string code, int position)
    {
        int start = position;
        while (start > 0 && SyntaxFacts.IsIdentifierPartCharacter(code[start - 1]))
        {
            start--;
        }

        string prefix = code[start..position];
        string visible = ScriptParts.BlankDirectives(code);
        SemanticModel model = ModelOf(session, visible, out SyntaxNode root);
        int dot = LastVisible(visible, start);
        IEnumerable<string> names = dot >= 0 && visible[dot] == '.'
            ? Members(model, root, dot).Select(symbol => symbol.Name)
            : prefix.Length == 0 ? [] : model.LookupSymbols(start).Select(symbol => symbol.Name).Concat(Keywords());
        return new ScriptCompletions(start, [.. names
            .Where(name => name.Length > 0 && SyntaxFacts.IsValidIdentifier(name) && name.StartsWith(
                prefix, StringComparison.OrdinalIgnoreCase))
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .ThenBy(name => name, StringComparer.OrdinalIgnoreCase)
            .Take(MaxNames)]);
    }

    internal static SemanticModel ModelOf(ScriptSession session, string visible, out SyntaxNode root)
    {
        Compilation compilation = session.CompilationFor(visible);
        SyntaxTree tree = compilation.SyntaxTrees.Single();
        root = tree.GetRoot();
        return compilation.GetSemanticModel(tree);
    }

    private static IEnumerable<ISymbol> Members(SemanticModel model, SyntaxNode root, int dot)
    {
        SyntaxNode? node = root.FindToken(dot).Parent;
        SyntaxNode? left = node switch
        {
            MemberAccessExpressionSyntax access => access.Expression,
            QualifiedNameSyntax name => name.Left,
            MemberBindingExpressionSyntax binding => binding.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>()?.Expression,
            _ => null,
        };
        if (left is null)
        {
            return [];
        }

        ISymbol? symbol = model.GetSymbolInfo(left).Symbol;
        if (symbol is INamespaceOrTypeSymbol container)
        {
            return model.LookupSymbols(dot, container)
                .Where(member => container is INamespaceSymbol || member.IsStatic || member is ITypeSymbol);
        }

        return model.GetTypeInfo(left).Type is { } type
            ? model.LookupSymbols(dot, type, includeReducedExtensionMethods: true)
                .Where(member => !member.IsStatic && member is not ITypeSymbol)
            : [];
    }

    private static int LastVisible(string code, int before)
    {
        int at = before - 1;
        while (at >= 0 && char.IsWhiteSpace(code[at]))
        {
            at--;
        }

        return at;
    }

    private static IEnumerable<string> Keywords() => SyntaxFacts.GetReservedKeywordKinds()
        .Concat([SyntaxKind.VarKeyword, SyntaxKind.AwaitKeyword, SyntaxKind.AsyncKeyword]).Select(SyntaxFacts.GetText);
}

using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SuperRes.Lab.Notebooks.Scripting;

/// <summary>Says what the name at a place is: its declaration and, where its assembly brings any, its documentation.</summary>
internal static class ScriptInspector
{
    private const int MaxOverloads = 8;

    private static readonly SymbolDisplayFormat Format = SymbolDisplayFormat.MinimallyQualifiedFormat
        .WithParameterOptions(SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeParamsRefOut)
        .WithKindOptions(SymbolDisplayKindOptions.IncludeTypeKeyword | SymbolDisplayKindOptions.IncludeNamespaceKeyword);

    /// <returns>Text of a few lines; null where nothing is known.</returns>
    public static string? Inspect(ScriptSession session, string code, int position)
    {
        SemanticModel model = ScriptCompleter.ModelOf(session, ScriptParts.BlankDirectives(code), out SyntaxNode root);
        IReadOnlyList<ISymbol> symbols = At(model, root, position);
        if (symbols.Count == 0 && position > 0)
        {
            symbols = At(model, root, position - 1); // the cursor stands behind the name
        }

        if (symbols.Count == 0)
        {
            symbols = CalledAround(model, root, position);
        }

        if (symbols.Count == 0)
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (ISymbol symbol in symbols.Take(MaxOverloads))
        {
            text.AppendLine(symbol.ToDisplayString(Format));
        }

        if (symbols.Count > MaxOverloads)
        {
            text.AppendLine($"… and {symbols.Count - MaxOverloads} more");
        }

        if (symbols.Select(symbol => DocumentationText.Of(symbol, model.Compilation)).FirstOrDefault(
            d => d is not null) is { } documentation)
        {
            text.AppendLine().AppendLine(documentation);
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>What the innermost open parentheses around a place call, closed or not: there a person looks for the parameters.</summary>
    private static IReadOnlyList<ISymbol> CalledAround(SemanticModel model, SyntaxNode root, int position)
    {
        SyntaxToken before = root.FindToken(Math.Clamp(position - 1, 0, Math.Max(0, root.FullSpan.End - 1)));
        foreach (ArgumentListSyntax list in before.Parent?.AncestorsAndSelf().OfType<ArgumentListSyntax>() ?? [])
        {
            bool isInside = list.OpenParenToken.Span.End <= position
                && (list.CloseParenToken.IsMissing || position <= list.CloseParenToken.SpanStart);
            SyntaxNode? called = list.Parent switch
            {
                InvocationExpressionSyntax call => call.Expression,
                BaseObjectCreationExpressionSyntax creation => creation,
                _ => null,
            };
            if (isInside && called is not null && Symbols(model, called) is { Count: > 0 } symbols)
            {
                return symbols;
            }
        }

        return [];
    }

    private static IReadOnlyList<ISymbol> At(SemanticModel model, SyntaxNode root, int position)
    {
        if (position >= root.FullSpan.End)
        {
            return [];
        }

        SyntaxToken token = root.FindToken(position);
        if (token.Parent is not { } node || !token.Span.Contains(position))
        {
            return [];
        }

        return Symbols(model, node);
    }

    private static IReadOnlyList<ISymbol> Symbols(SemanticModel model, SyntaxNode node)
    {
        SymbolInfo info = model.GetSymbolInfo(node);
        return info.Symbol is { } symbol ? [symbol]
            : info.CandidateSymbols.Length > 0 ? info.CandidateSymbols
            : model.GetMemberGroup(node) is { Length: > 0 } group ? group
            : model.GetDeclaredSymbol(node) is { } declared ? [declared]
            : [];
    }
}

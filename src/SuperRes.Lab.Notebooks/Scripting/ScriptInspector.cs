using System.Text;
using Microsoft.CodeAnalysis;

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

        SymbolInfo info = model.GetSymbolInfo(node);
        return info.Symbol is { } symbol ? [symbol]
            : info.CandidateSymbols.Length > 0 ? info.CandidateSymbols
            : model.GetMemberGroup(node) is { Length: > 0 } group ? group
            : model.GetDeclaredSymbol(node) is { } declared ? [declared]
            : [];
    }
}

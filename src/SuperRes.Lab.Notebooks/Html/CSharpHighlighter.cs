using System.Net;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuperRes.Lab.Notebooks.Scripting;

namespace SuperRes.Lab.Notebooks.Html;

/// <summary>Colours C# for a page, once and for all: no script has to run in the browser.</summary>
internal static class CSharpHighlighter
{
    /// <summary>Marks up a cell's text: spans of the classes k (keyword), s (string), n (number), c (comment), d (directive), t (type), m
    /// (method).</summary>
    public static string ToHtml(string source)
    {
        SyntaxNode root = CSharpSyntaxTree.ParseText(source, ScriptParts.Parsing).GetRoot();
        var html = new StringBuilder();
        foreach (SyntaxToken token in root.DescendantTokens())
        {
            AppendTrivia(html, token.LeadingTrivia);
            Append(html, Class(token), token.Text);
            AppendTrivia(html, token.TrailingTrivia);
        }

        return html.ToString();
    }

    private static void AppendTrivia(StringBuilder html, SyntaxTriviaList list)
    {
        foreach (SyntaxTrivia trivia in list)
        {
            string? style = trivia.IsDirective ? "d" : IsComment(trivia) ? "c" : null;
            Append(html, style, trivia.ToFullString());
        }
    }

    private static void Append(StringBuilder html, string? style, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        string encoded = WebUtility.HtmlEncode(text);
        if (style is null)
        {
            html.Append(encoded);
        }
        else
        {
            // A directive's text ends with its line: the break stays outside, so that no span crosses lines without need.
            string trimmed = encoded.TrimEnd('\n', '\r');
            html.Append("<span class=\"").Append(style).Append("\">").Append(trimmed).Append("</span>")
                .Append(encoded.AsSpan(trimmed.Length));
        }
    }

    private static bool IsComment(SyntaxTrivia trivia) => trivia.Kind() is SyntaxKind.SingleLineCommentTrivia
        or SyntaxKind.MultiLineCommentTrivia
        or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia
            or SyntaxKind.DisabledTextTrivia;

    private static string? Class(SyntaxToken token)
    {
        SyntaxKind kind = token.Kind();
        if (SyntaxFacts.IsKeywordKind(kind) || SyntaxFacts.IsContextualKeyword(kind))
        {
            return "k";
        }

        return kind switch
        {
            SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.InterpolatedStringStartToken
                or SyntaxKind.InterpolatedStringEndToken or SyntaxKind.InterpolatedStringTextToken
                    or SyntaxKind.InterpolatedVerbatimStringStartToken
                or SyntaxKind.InterpolatedRawStringEndToken or SyntaxKind.InterpolatedSingleLineRawStringStartToken
                or SyntaxKind.InterpolatedMultiLineRawStringStartToken or SyntaxKind.SingleLineRawStringLiteralToken
                or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.Utf8StringLiteralToken => "s",
            SyntaxKind.NumericLiteralToken => "n",
            SyntaxKind.IdentifierToken => IdentifierClass(token),
            _ => null,
        };
    }

    private static string? IdentifierClass(SyntaxToken token) => token.Parent switch
    {
        IdentifierNameSyntax { Identifier.Text: "var",
            Parent: VariableDeclarationSyntax or DeclarationExpressionSyntax or ForEachStatementSyntax } => "k",
        BaseTypeDeclarationSyntax or TypeParameterSyntax => "t",
        MethodDeclarationSyntax or LocalFunctionStatementSyntax => "m",
        SimpleNameSyntax name when IsCalled(name) => "m",
        SimpleNameSyntax name when IsType(name) => "t",
        _ => null,
    };

    private static bool IsCalled(SimpleNameSyntax name) => name.Parent switch
    {
        InvocationExpressionSyntax call => call.Expression == name,
        MemberAccessExpressionSyntax access => access.Name == name && access.Parent is InvocationExpressionSyntax,
        MemberBindingExpressionSyntax binding => binding.Parent is InvocationExpressionSyntax,
        _ => false,
    };

    /// <summary>Where grammar alone says that a name is a type's; and, by the custom of the language, a capitalised name before a
    /// dot.</summary>
    private static bool IsType(SimpleNameSyntax name) => name.Parent switch
    {
        ObjectCreationExpressionSyntax or TypeArgumentListSyntax or CastExpressionSyntax or TypeOfExpressionSyntax or ArrayTypeSyntax
            or NullableTypeSyntax or BaseTypeSyntax or DefaultExpressionSyntax or CatchDeclarationSyntax => true,
        VariableDeclarationSyntax declaration => declaration.Type == name,
        ParameterSyntax parameter => parameter.Type == name,
        MethodDeclarationSyntax method => method.ReturnType == name,
        LocalFunctionStatementSyntax function => function.ReturnType == name,
        DeclarationPatternSyntax pattern => pattern.Type == name,
        MemberAccessExpressionSyntax access => access.Expression == name && char.IsAsciiLetterUpper(name.Identifier.Text[0]),
        _ => false,
    };
}

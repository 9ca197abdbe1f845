using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuperRes.Lab.Notebooks.Scripting;

namespace SuperRes.Lab.Notebooks.Checking;

/// <summary>Finds what one notebook engine or another doesn't take; a notebook must run in all of them.</summary>
internal static class PortableCode
{
    public static IEnumerable<NotebookFinding> Check(string source, int cell)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(source, ScriptParts.Parsing);
        SyntaxNode root = tree.GetRoot();
        NotebookFinding[] constructs =
        [
            .. root.DescendantTrivia().Where(t => t.IsDirective).SelectMany(CheckDirective).Select(At),
            .. root.DescendantTokens(descendIntoTrivia: true).Where(IsUsingVariable)
                .Select(t => At(
                    (t.SpanStart, "using var fails at the top level of a cell; put it in a block or a function, or dispose by hand"))),
            .. root.DescendantNodes().SelectMany(node => CheckNode(node).Select(message => At((node.SpanStart, message)))),
        ];

        // What the rules above name the parser may find wrong too, in words that help less.
        IEnumerable<NotebookFinding> errors = tree.GetDiagnostics()
            .Where(d => d.Severity == DiagnosticSeverity.Error && !IsInDirective(root, d.Location.SourceSpan.Start))
            .Select(d => At((d.Location.SourceSpan.Start, $"the code has an error: {d.Id}: {d.GetMessage()}")))
            .Where(error => constructs.All(construct => construct.Line != error.Line));
        return constructs.Concat(errors).OrderBy(finding => finding.Line);

        NotebookFinding At((int Position, string Message) found) =>
            new(found.Message, cell, tree.GetText().Lines.GetLineFromPosition(found.Position).LineNumber + 1);
    }

    private static bool IsInDirective(SyntaxNode root, int position) => root.FindTrivia(position, findInsideTrivia: false).IsDirective;

    private static IEnumerable<(int Position, string Message)> CheckDirective(SyntaxTrivia trivia)
    {
        string text = trivia.ToFullString().Trim();
        if (trivia.IsKind(SyntaxKind.ReferenceDirectiveTrivia))
        {
            yield return (trivia.SpanStart, "#r belongs in lab.csx: a relative one fails in Verso, an absolute one on every other machine");
        }
        else if (trivia.IsKind(SyntaxKind.LoadDirectiveTrivia))
        {
            yield return (trivia.SpanStart, "#load is not taken by every engine; use #!import");
        }
        else if (text.StartsWith("#!", StringComparison.Ordinal) && !text.StartsWith("#!import ", StringComparison.Ordinal))
        {
            yield return (trivia.SpanStart, $"{text.Split(' ')[0]} is not taken by every engine; only #!import is");
        }
        else if (text.StartsWith("#!import", StringComparison.Ordinal) && text.Contains('"', StringComparison.Ordinal))
        {
            yield return (trivia.SpanStart, "#!import takes its file without quotes");
        }
    }

    private static IEnumerable<string> CheckNode(SyntaxNode node) => node switch
    {
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "display" } } =>
            ["display(x) is not defined in Verso; write x.Display();"],
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "HTML" } } =>
            ["HTML(\"…\") is not defined in Verso; show a value of the library"],
        BaseNamespaceDeclarationSyntax => ["a namespace fails in every engine; declare the type without one"],
        ParameterSyntax parameter when parameter.Modifiers.Any(SyntaxKind.ThisKeyword)
            && node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not null =>
            ["an extension method's class fails in a cell, because cells are classes themselves; call a plain function"],
        VariableDeclarationSyntax declaration when IsTopLevel(declaration) && IsSpan(declaration) =>
            ["a Span can't be a variable of a cell; use an array, or put it in a function"],
        MemberAccessExpressionSyntax { Name.Identifier.Text: "Error" or "SetError" or "OpenStandardError" } access when IsConsole(
            access.Expression) =>
            ["writing to stderr counts as a failed cell in Verso; write to stdout"],
        GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } last } when CallsMember(
            last.Expression, "Display") =>
            ["x.Display() without a semicolon shows the value twice; put one, or leave .Display() away"],
        _ => [],
    };

    /// <summary>A script's parser takes every top-level <c>using</c> for a directive: what begins there is read once more, as a
    /// statement.</summary>
    private static bool IsUsingVariable(SyntaxToken token) =>
        token.IsKind(SyntaxKind.UsingKeyword)
        && token.Parent!.FirstAncestorOrSelf<SyntaxNode>(
            n => n is BlockSyntax or TypeDeclarationSyntax or AnonymousFunctionExpressionSyntax) is null
        && SyntaxFactory.ParseStatement(token.SyntaxTree!.GetText().ToString(), token.SpanStart)
            is LocalDeclarationStatementSyntax { Declaration.Variables: [{ Identifier.IsMissing: false }, ..] };

    private static bool IsTopLevel(VariableDeclarationSyntax declaration) =>
        declaration.Parent is FieldDeclarationSyntax { Parent: CompilationUnitSyntax }
            or LocalDeclarationStatementSyntax { Parent: GlobalStatementSyntax };

    private static bool IsSpan(VariableDeclarationSyntax declaration) =>
        declaration.Type.ToString() is var type && (IsSpanName(type) || declaration.Variables.Any(v => v.Initializer?.Value is { } value
            && (value is StackAllocArrayCreationExpressionSyntax or ImplicitStackAllocArrayCreationExpressionSyntax
                || (type == "var" && CallsMember(value, "AsSpan")))));

    private static bool CallsMember(ExpressionSyntax expression, string name) =>
        expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } && access.Name.Identifier.Text == name;

    private static bool IsSpanName(string type) =>
        type.StartsWith("Span<", StringComparison.Ordinal) || type.StartsWith("ReadOnlySpan<", StringComparison.Ordinal)
        || type.StartsWith("System.Span<", StringComparison.Ordinal) || type.StartsWith("System.ReadOnlySpan<", StringComparison.Ordinal);

    private static bool IsConsole(ExpressionSyntax expression) => expression.ToString() is "Console" or "System.Console";
}

using System.Text.RegularExpressions;

namespace SuperRes.Lab.Notebooks.Checking;

/// <summary>A claim that a chapter makes, as its stored output has it (the course's Claim shows itself so).</summary>
/// <param name="Cell">The cell's number among the code cells, from 1.</param>
/// <param name="Expected">What should be seen.</param>
/// <param name="Verdict">Whether it was.</param>
/// <param name="Seen">The figures that decide.</param>
/// <param name="Elsewhere">Where a larger run shows it, such as docs/reproduction.md; null where none is named.</param>
public sealed partial record NotebookClaim(int Cell, string Expected, ClaimVerdict Verdict, string Seen, string? Elsewhere)
{
    private const string Mark = "class=\"srl-claim\"";

    /// <summary>The claims of a notebook.</summary>
    /// <param name="notebook">The notebook with its outputs.</param>
    /// <returns>The claims in order.</returns>
    public static IReadOnlyList<NotebookClaim> Of(Notebook notebook) => [.. notebook.CodeCells.SelectMany((cell, index) => cell.Outputs
        .OfType<DisplayOutput>()
        .Where(output => output.Data.Text(MimeBundle.Html)?.Contains(Mark, StringComparison.Ordinal) == true)
        .Select(output => Pattern().Match(output.Data.Text(MimeBundle.Plain) ?? ""))
        .Where(match => match.Success)
        .Select(match => Of(index + 1, match.Groups)))];

    /// <summary>What must be done about the claims of a notebook.</summary>
    /// <param name="notebook">The notebook with its outputs.</param>
    /// <param name="root">The folder that the places of larger runs count from.</param>
    /// <returns>
    /// Claims that fail without naming a place that exists, and cells that make a claim and show none; empty where all is well.
    /// </returns>
    public static IEnumerable<NotebookFinding> Check(Notebook notebook, string root)
    {
        IReadOnlyList<NotebookClaim> claims = Of(notebook);
        IEnumerable<NotebookFinding> failing = claims.Select(claim => claim switch
        {
            { Verdict: ClaimVerdict.Fails } => new NotebookFinding(
                $"the claim \"{claim.Expected}\" does not hold: {claim.Seen} Mend the run or the claim, or name where a larger run "
                + "shows it.",
                claim.Cell),
            { Elsewhere: { } place } when !File.Exists(Path.Combine(root, place)) => new NotebookFinding(
                $"the claim \"{claim.Expected}\" names {place}, which does not exist", claim.Cell),
            _ => null,
        }).OfType<NotebookFinding>();
        IEnumerable<NotebookFinding> silent = notebook.CodeCells.Select((cell, index) => (cell.Source, Number: index + 1))
            .Where(cell => cell.Source.Contains("new Claim(", StringComparison.Ordinal) && claims.All(claim => claim.Cell != cell.Number))
            .Select(cell => new NotebookFinding("a claim is made, but no stored output shows it; run the notebook again", cell.Number));
        return failing.Concat(silent).OrderBy(finding => finding.Cell);
    }

    /// <summary>The claim on one line.</summary>
    /// <returns>"[5] holds: what was expected (what was seen)".</returns>
    public override string ToString() => $"[{Cell}] {Word}: {Expected} ({Seen.TrimEnd('.')})";

    private string Word => Verdict switch
    {
        ClaimVerdict.Holds => "holds", ClaimVerdict.ShownElsewhere => $"not shown at this scale, see {Elsewhere}", _ => "does not hold",
    };

    private static NotebookClaim Of(int cell, GroupCollection parts)
    {
        string? place = parts["place"].Success ? parts["place"].Value : null;
        ClaimVerdict verdict = parts["mark"].Value == "✓" ? ClaimVerdict.Holds
            : place is null ? ClaimVerdict.Fails : ClaimVerdict.ShownElsewhere;
        return new NotebookClaim(cell, parts["expected"].Value, verdict, parts["seen"].Value, place);
    }

    [GeneratedRegex(
        @"^(?<mark>[✓✗]) (?<expected>.+)\n  "
        + @"(Holds here|Does not hold here|Not shown at this scale; see (?<place>[^:]+)): (?<seen>[\s\S]*)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}

using SuperRes.Lab.Show;

namespace SuperRes.Lab.Course;

/// <summary>
/// What a chapter expects, beside what its run has shown: the sentence follows the numbers, and says so where they do not bear it out.
/// </summary>
/// <param name="Expected">What should be seen, as a sentence.</param>
/// <param name="Holds">Whether it was.</param>
/// <param name="Seen">The figures that decide, as a sentence.</param>
/// <param name="Elsewhere">Where a larger run shows it, such as docs/reproduction.md; null where none does.</param>
[TypeFormatterSource(TypeFormatterSourceAttribute.Displayable, HasPicture = false)]
public sealed record Claim(string Expected, bool Holds, string Seen, string? Elsewhere = null) : IDisplayable
{
    private const string HoldsColor = "#009e73", NotShownColor = "#d55e00"; // of Okabe and Ito 2008, told apart by everyone

    private string Verdict => Holds ? "Holds here" : Elsewhere is null ? "Does not hold here" : $"Not shown at this scale; see {Elsewhere}";

    /// <inheritdoc/>
    public string ToHtml() =>
        $"<div class=\"srl-claim\" style=\"border-left:4px solid {(Holds ? HoldsColor : NotShownColor)};padding:.3em .8em;margin:.6em 0\">"
            + $"<div style=\"font-weight:600\">{(Holds ? "✓" : "✗")} {Markup.Escape(Expected)}</div>"
            + $"<div>{Markup.Escape(Verdict)}: {Markup.Escape(Seen)}</div></div>";

    /// <inheritdoc/>
    public byte[]? ToPng() => null;

    /// <inheritdoc/>
    public string ToText() => $"{(Holds ? "✓" : "✗")} {Expected}\n  {Verdict}: {Seen}";

    /// <inheritdoc/>
    public override string ToString() => ToText();
}

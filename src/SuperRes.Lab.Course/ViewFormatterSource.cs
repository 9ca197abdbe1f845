using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Show;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Course;

/// <summary>The views of the library's own values, which know nothing of HTML themselves.</summary>
internal sealed class ViewFormatterSource : DisplayableFormatterSource
{
    /// <inheritdoc/>
    public override IDisplayable? ViewOf(object? value) => value switch
    {
        EvaluationReport report => new View(report.ToHtml, () => null, report.ToText),
        TrainingPlan plan => new View(plan.ToHtml, () => null, plan.ToText),
        RunComparison comparison => new View(comparison.ToHtml, comparison.ToPng, comparison.ToText),
        ExperimentRun run => run.Summary(),
        Recorder recorder => recorder.EpochTable(),
        _ => base.ViewOf(value),
    };

    private sealed class View(Func<string> html, Func<byte[]?> png, Func<string> text) : IDisplayable
    {
        public string ToHtml() => html();

        public byte[]? ToPng() => png();

        public string ToText() => text();
    }
}

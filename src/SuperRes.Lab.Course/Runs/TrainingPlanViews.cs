using System.Globalization;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Course;

/// <summary>A training's plan as a table.</summary>
public static class TrainingPlanViews
{
    /// <summary>A row a stage.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>The table.</returns>
    public static Table ToTable(this TrainingPlan plan) => Table.Of(
        plan.Stages,
        ("stage", stage => stage.Stage.Name),
        ("size (px)", stage => stage.Stage.Size),
        ("batch",
            stage => stage.BatchSize == 0 ? "by memory" : stage.Stage.Accumulate > 1 ? $"{stage.BatchSize} × {stage.Stage.Accumulate}"
            : stage.BatchSize),
        ("epochs", stage => stage.Stage.Epochs),
        ("steps", stage => stage.Steps == 0 ? "?" : stage.Steps),
        ("learning rate", stage => stage.Stage.LearningRate.ToString() + (stage.Stage.FindLr ? ", LR finder before" : "")),
        ("encoder", stage => stage.Stage.Frozen ? "frozen" : "trained"),
        ("memory (GB)", stage => stage.Bytes == 0 ? "?" : (stage.Bytes / 1e9).ToString("0.0", CultureInfo.InvariantCulture)),
        ("time (h:min:s)", stage => Time(stage.Seconds)));

    /// <summary>The table and a sentence.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>HTML.</returns>
    public static string ToHtml(this TrainingPlan plan) =>
        $"<div>{plan.ToTable().ToHtml()}<p>{System.Net.WebUtility.HtmlEncode(Summary(plan))}</p></div>";

    /// <summary>The table and a sentence, for a console.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>Text.</returns>
    public static string ToText(this TrainingPlan plan) => $"{plan.ToTable().ToText()}\n{Summary(plan)}";

    /// <summary>"1:14:54": hours, minutes and seconds.</summary>
    internal static string Time(double seconds) => double.IsNaN(seconds) ? "?" : TimeSpan.FromSeconds(Math.Round(seconds)) is { } time
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
        : "";

    private static string Summary(TrainingPlan plan) => string.Create(
        CultureInfo.InvariantCulture,
        $"{plan.Photos}. {plan.Parameters:#,0} parameters on {plan.Device}. Estimates from steps measured on this machine: "
            + $"{Time(plan.Seconds)} in all, up to {plan.Bytes / 1e9:0.0} GB; {StepCost.Memory / 1e9:0.0} GB of memory are there.");
}

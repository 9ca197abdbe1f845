using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Course;

/// <summary>What an evaluator can show.</summary>
public static class EvaluatorViews
{
    /// <summary>The sheet of the images on which a model gained most, in the middle and least.</summary>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="model">The model; it is run once more on these images.</param>
    /// <param name="evaluation">What <see cref="Evaluator.Run"/> gave for it.</param>
    /// <param name="options">Sizes; null: the defaults.</param>
    /// <returns>The sheet.</returns>
    /// <exception cref="InputException">An image can't be read.</exception>
    public static ComparisonSheet Sheet(
        this Evaluator evaluator, EvaluatedModel model, ModelEvaluation evaluation, SheetOptions? options = null)
        => Sheet(evaluator, model, evaluation.BestMedianWorst(), options);

    /// <summary>The sheet of some images: input, plain enlargements, prediction, target.</summary>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="model">The model; it is run once more on these images.</param>
    /// <param name="names">Their names.</param>
    /// <param name="options">Sizes; null: the defaults.</param>
    /// <returns>The sheet.</returns>
    /// <exception cref="InputException">There is no image of such a name, or one can't be read.</exception>
    public static ComparisonSheet Sheet(
        this Evaluator evaluator, EvaluatedModel model, IEnumerable<string> names, SheetOptions? options = null)
        => Sheet(evaluator, model, names.Select(name => (Label: "", name)), options);

    private static ComparisonSheet Sheet(
        Evaluator evaluator, EvaluatedModel model, IEnumerable<(string Label, string Name)> picks, SheetOptions? options)
    {
        var rows = new List<ComparisonRow>();
        foreach ((string label, string name) in picks)
        {
            (EvaluationCase one, RgbImage prediction) = evaluator.PredictOne(model, name);
            rows.Add(new(label.Length == 0 ? name : $"{label}: {name}", one.Input, one.Target, prediction));
        }

        return new(rows, evaluator.Scale, evaluator.Protocol.Shave, options);
    }
}

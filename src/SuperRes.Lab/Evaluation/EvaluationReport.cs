using SuperRes.Lab.Metrics;

namespace SuperRes.Lab.Evaluation;

/// <summary>
/// Evaluations of one or several models, under one or several protocols, and their JSON: the contract of
/// <c>superres evaluate --json</c>; an array where there are several.
/// </summary>
/// <param name="Models">At least one evaluation.</param>
[TypeFormatterSource(TypeFormatterSourceAttribute.Course, HasPicture = false)]
public sealed record EvaluationReport(IReadOnlyList<ModelEvaluation> Models)
{
    /// <summary>Reads files that <see cref="ToJson"/> wrote.</summary>
    /// <param name="paths">The files; their evaluations follow each other.</param>
    /// <returns>The report.</returns>
    /// <exception cref="InputException">A file is missing or holds something else.</exception>
    public static EvaluationReport Read(params IReadOnlyList<string> paths) => new([.. paths.SelectMany(path =>
    {
        try
        {
            return Parse(File.ReadAllText(path), path).Models;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} can't be read: {e.Message.TrimEnd('.')}; \"superres evaluate --json FILE\" writes such a "
                + $"file.", e);
        }
    })]);

    /// <summary>Reads the JSON that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>The report.</returns>
    /// <exception cref="InputException">It is something else, or holds no evaluation or no image.</exception>
    public static EvaluationReport Parse(string json, string name)
    {
        IReadOnlyList<ModelEvaluation> models = EvaluationJson.Read(json, name);
        if (models.Count == 0 || models.Any(m => m is null || m.Images.Count == 0))
        {
            throw new InputException($"{name} holds no evaluated image; run \"superres evaluate --json\" again.");
        }

        return new(models);
    }

    /// <summary>The evaluations as JSON: snake_case keys, numbers in full precision, "inf" for an infinite PSNR.</summary>
    /// <returns>Indented text: an object for one evaluation, an array for several.</returns>
    public string ToJson() => EvaluationJson.Write([.. Models.Select(model => model with { Compared = ComparisonsOf(model) })]) + "\n";

    /// <summary>Whether one model is better than another on the same images.</summary>
    /// <param name="first">A model's name.</param>
    /// <param name="second">Another model's, or a baseline's.</param>
    /// <returns>The comparison of PSNR-Y in dB.</returns>
    /// <exception cref="InputException">There is no such model or baseline, or they were measured on different images.</exception>
    public PairedComparison Compare(string first, string second)
    {
        ModelEvaluation a = Find(first) ?? throw Unknown(first);
        ModelEvaluation? b = Find(second, a.Protocol);
        if (b is not null && !b.Images.Select(i => i.Name).SequenceEqual(a.Images.Select(i => i.Name)))
        {
            throw new InputException($"{first} and {second} were measured on different images; evaluate them on the same folder.");
        }

        if (b is null && !a.Baselines.Contains(second))
        {
            throw Unknown(second);
        }

        return PairedComparison.Of(
            [.. a.Images.Select(i => i.PsnrY ?? 0)],
            [.. (b ?? a).Images.Select(i => (b is null ? i.Baselines[second] : i).PsnrY ?? 0)]);
    }

    private Dictionary<string, PairedComparison>? ComparisonsOf(ModelEvaluation model)
    {
        if (model.Model is not { } name || model.Intervals is null)
        {
            return null;
        }

        EvaluationReport own = new([.. Models.Where(other => other.Scale == model.Scale && other.Protocol == model.Protocol)]);
        IEnumerable<string> others = own.Models.Select(other => other.Model).OfType<string>().Where(other => other != name);
        return (model.Reference is { } reference ? others.Prepend(reference) : others)
            .ToDictionary(other => other, other => own.Compare(name, other), StringComparer.Ordinal);
    }

    private ModelEvaluation? Find(string name, MetricProtocol? protocol = null)
        => Models.FirstOrDefault(
            m => string.Equals(m.Model, name, StringComparison.Ordinal) && (protocol is null || m.Protocol == protocol));

    private InputException Unknown(string name)
        => new($"The report holds no {name}; it holds "
            + $"{string.Join(", ", Models.Select(m => m.Model).OfType<string>().Concat(Models[0].Baselines).Distinct())}.");
}

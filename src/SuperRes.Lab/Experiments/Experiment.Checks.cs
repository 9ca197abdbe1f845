using SuperRes.Lab.Degradations;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Models;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Experiments;

/// <content>What an experiment is held to when it is read.</content>
public sealed partial record Experiment
{
    private void Validate(string source)
    {
        if (Name.Length == 0 || Name.IndexOfAny(['/', '\\', ':', '\0']) >= 0 || Name.StartsWith('.'))
        {
            throw new InputException($"{source}: $.name is \"{Name}\"; use a name that can be a folder's.");
        }

        if (!ModelCard.IsTask(Task))
        {
            throw new InputException($"{source}: $.task is \"{Task}\"; use super-resolution, restoration or colorization.");
        }

        if (Stages.Any(stage => stage is null))
        {
            throw new InputException($"{source}: $.stages holds null; give each stage a section.");
        }

        if (Stages.Count == 0)
        {
            throw new InputException($"{source}: $.stages is empty; give at least one stage.");
        }

        if (Stages.Contains(null!))
        {
            throw new InputException($"{source}: $.stages holds null; write a section in braces for each stage.");
        }

        if (Stages.GroupBy(stage => stage.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InputException($"{source}: $.stages has {twice.Count()} stages named \"{twice.Key}\"; give each a name of its own.");
        }

        if (Stages.FirstOrDefault(stage => stage.Name.Length == 0 || stage.Name.AsSpan().ContainsAny("/\\:,\"\r\n\0")) is { } unnamed)
        {
            throw new InputException($"{source}: $.stages has a stage named \"{unnamed.Name}\"; use a name that can be part of a file's, "
                + $"without comma.");
        }

        if (Scale is < 1 or > ModelCard.MostScale)
        {
            throw new InputException($"{source}: $.scale is {Scale}; the allowed range is 1 to {ModelCard.MostScale}.");
        }

        foreach (string? metric in Metrics)
        {
            _ = MetricRegistry.Get(metric ?? "null", $"{source}: $.metrics");
        }

        foreach (string? callback in Callbacks)
        {
            _ = CallbackRegistry.Get(callback ?? "null", $"{source}: $.callbacks");
        }

        OptionRanges.Validate(Optimizer, $"{source}: $.optimizer");
        OptionRanges.Validate(Training, $"{source}: $.training");
        OptionRanges.Validate(Checkpoints, $"{source}: $.checkpoints");
        OptionRanges.Validate(Data, $"{source}: $.data");
        for (int i = 0; i < Stages.Count; i++)
        {
            OptionRanges.Validate(Stages[i], $"{source}: $.stages[{i}]");
        }

        Model.Validate($"{source}: $.model");
        for (int i = 0; i < Stages.Count; i++)
        {
            // An open batch size is chosen when a run begins, and checked there.
            BatchNormCheck.Require(Model, Stages[i].BatchSize ?? 2, Stages[i].Size, Stages[i].Size, $"{source}: $.stages[{i}]");
        }

        RequireScale(Data.Degradations, $"{source}: $.data.degradations");
        for (int i = 0; i < Stages.Count; i++)
        {
            RequireScale(Stages[i].Degradations, $"{source}: $.stages[{i}].degradations");
        }

        Loss.Validate($"{source}: $.loss");
    }

    /// <summary>Refuses a super-resolution that would never see the reduction that it is for.</summary>
    private void RequireScale(DegradationOptions? degradations, string where)
    {
        if (Scale > 1 && degradations?.Downscale is { Probability: > 0, Factor: var factor } && (factor.Low > Scale || factor.High < Scale))
        {
            string seen = factor.Low == factor.High ? FormattableString.Invariant($"{factor.Low}")
                : FormattableString.Invariant($"{factor.Low} to {factor.High}");
            throw new InputException($"{where}.downscale.factor is {seen}, but $.scale is {Scale}: the model would never see what it is "
                + $"for; give both the same number.");
        }
    }
}

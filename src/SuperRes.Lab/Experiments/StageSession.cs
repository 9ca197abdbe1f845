using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using SuperRes.Lab.Photos;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Experiments;

/// <summary>A learner together with the loaders that feed it.</summary>
public sealed class StageSession : IDisposable
{
    internal StageSession(
        RestorationNetwork model, FeatureLoss loss, BatchLoader train, BatchLoader valid, LearnerOptions options, string name)
    {
        (Train, Valid) = (train, valid);
        Learner = new Learner(model, loss, new LoaderBatches(train), new LoaderBatches(valid), options) { StageName = name };
    }

    /// <summary>The learner.</summary>
    public Learner Learner { get; }

    /// <summary>Its training batches.</summary>
    public BatchLoader Train { get; }

    /// <summary>Its validation batches.</summary>
    public BatchLoader Valid { get; }

    /// <summary>Frees the learner and ends the loaders' threads.</summary>
    public void Dispose()
    {
        Learner.Dispose();
        Train.Dispose();
        Valid.Dispose();
    }
}

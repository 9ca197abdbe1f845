using System.Text.Json.Nodes;
using SuperRes.Lab.Distributed;
using SuperRes.Lab.IO;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using SuperRes.Lab.Photos;
using SuperRes.Lab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Experiments;

/// <summary>
/// An experiment with its photos and its run folder: trains the stages in order, each from the weights of the one before.
/// </summary>
[TypeFormatterSource(TypeFormatterSourceAttribute.Course, HasPicture = false)]
public sealed class ExperimentRun : IDisposable
{
    private readonly Action<string> _log;
    private readonly FeatureLoss _loss;
    private readonly List<EpochRecord> _epochs = [];
    private readonly RunStart _start;
    private readonly StageTraining _training;

    /// <summary>Opens a run: photos are found and split, network and loss are made.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="folder">Where it is kept.</param>
    /// <param name="images">A folder of photos in place of the experiment's own; null for none.</param>
    /// <param name="device">Where it computes; null for a GPU if there is one, else the CPU.</param>
    /// <param name="log">Gets a sentence about what a person should know.</param>
    /// <param name="cancellation">Ends the preparation.</param>
    /// <exception cref="InputException">Photos or required weights are missing, or the folder can't be written.</exception>
    public ExperimentRun(
        Experiment experiment,
        RunFolder folder,
        string? images = null,
        Device? device = null,
        Action<string>? log = null,
        CancellationToken cancellation = default)
    {
        log = Ranks.Leads() ? log : null;
        (Experiment, Folder, _log) = (experiment, folder, log ?? (_ => { }));
        (_start, _training) = (new RunStart(this, _epochs, _log), new StageTraining(this, _epochs, _log));
        Device = device ?? Devices.Best;
        Data = Ranks.LeaderFirst(() => RunData.Open(experiment, images, log, cancellation));
        Images = images is null ? null : System.IO.Path.GetFullPath(images);
        _loss = new FeatureLoss(experiment.Loss, Device, experiment.Seed);
        if (_loss.Warning is { } warning)
        {
            _log(warning);
        }

        using (new TorchSeed(experiment.Seed, "model"))
        {
            Model = RestorationNetwork.Create(experiment.Model);
        }

        EncoderStart.Load(experiment, Model, _log);
        ModelStart.Load(experiment, Model, _log);
        Model.to(Device);
        Model.ComputeType = _loss.ComputeType = ComputeTypes.Choose(experiment.Precision, Device, _log);
        Experiment = BatchSizes.Choose(this, _log);
        RankAgreement.RequireSameStart(this);
    }

    /// <summary>The experiment.</summary>
    public Experiment Experiment { get; }

    /// <summary>Where the run is kept.</summary>
    public RunFolder Folder { get; }

    /// <summary>The photos.</summary>
    public RunData Data { get; }

    /// <summary>The folder of photos that stands in for the experiment's own; null where it is its own.</summary>
    public string? Images { get; }

    /// <summary>The network.</summary>
    public RestorationNetwork Model { get; }

    /// <summary>The loss.</summary>
    public FeatureLoss Loss => _loss;

    /// <summary>Draws report.html and plots while the run trains. Default: null, nothing is drawn.</summary>
    public IRunReporter? Reporter { get; init; }

    /// <summary>All epochs of the run so far.</summary>
    public IReadOnlyList<EpochRecord> Epochs => _epochs;

    /// <summary>The ranks that train it together. Rank 0 alone touches the run folder.</summary>
    internal IRanks Ranks { get; } = Distributed.Ranks.Current;

    /// <summary>Where it computes.</summary>
    internal Device Device { get; }

    /// <summary>Bytes free where a folder lies; replaced by tests.</summary>
    internal Func<string, long> FreeSpace { get; set; } = FileLock.FreeSpace;

    /// <summary>What the trained weights say of themselves.</summary>
    public ModelCard Card => new()
    {
        Model = Model.Options,
        Task = Experiment.Task,
        Scale = Experiment.Scale,
        InputFilter = Experiment.InputFilter,
        Recipe = (JsonObject)JsonNode.Parse(Experiment.ToJson())!,
        Metrics = _epochs.LastOrDefault() is { } last
            ? new Dictionary<string, double>(StringComparer.Ordinal) { ["valid_psnr"] = last.Psnr, ["valid_ssim"] = last.Ssim }
            : null,
    };

    /// <summary>The stage of a name.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its index.</returns>
    /// <exception cref="InputException">There is none.</exception>
    public int IndexOf(string name)
    {
        string[] names = [.. Experiment.Stages.Select(stage => stage.Name)];
        int index = Array.IndexOf(names, name);
        return index >= 0
            ? index
            : throw new InputException($"The experiment {Experiment.Name} has no stage {name}; it has {string.Join(", ", names)}.");
    }

    /// <summary>Side of a stage's crops: the stage's size, or the largest that fits the photos where the experiment allows it.</summary>
    /// <param name="stage">The stage.</param>
    /// <returns>Pixels.</returns>
    /// <exception cref="InputException">A photo is smaller, and the experiment doesn't allow smaller crops.</exception>
    public int CropSize(Stage stage) => Data.CropSize(stage.Size);

    /// <summary>The training batches of a stage.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="cancellation">Ends the preparation of the photos.</param>
    /// <returns>A loader; the caller disposes it.</returns>
    public BatchLoader TrainLoader(Stage stage, CancellationToken cancellation = default) =>
        StageLoaders.Train(this, stage, cancellation);

    /// <summary>The validation batches of a stage: the held-out photos' centres with fixed degradations.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="cancellation">Ends the preparation of the photos.</param>
    /// <returns>A loader; the caller disposes it.</returns>
    public BatchLoader ValidLoader(Stage stage, CancellationToken cancellation = default) =>
        StageLoaders.Valid(this, stage, cancellation);

    /// <summary>Takes the weights that the stage before ended with; the first stage starts from the network's own start.</summary>
    /// <param name="index">The stage's index.</param>
    /// <exception cref="InputException">The stage before has not been trained; the message says how to.</exception>
    public void LoadStart(int index) => _start.LoadWeights(index);

    /// <summary>Searches a learning rate for a stage, from the weights it starts with.</summary>
    /// <param name="stageName">The stage.</param>
    /// <param name="iterations">Steps at the most.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>The losses over the rates.</returns>
    public LrFinderResult FindLr(string stageName, int iterations = 100, CancellationToken cancellation = default)
    {
        int index = IndexOf(stageName);
        LoadStart(index);
        using StageSession session = OpenStage(index);
        return session.Learner.FindLr(new LrFinder(iterations: iterations), cancellation);
    }

    /// <summary>Trains one stage from the weights of the one before it, and keeps weights, metrics and samples.</summary>
    /// <param name="stageName">The stage; its earlier rows and those of later stages are replaced.</param>
    /// <param name="callbacks">Who watches.</param>
    /// <param name="cancellation">Ends the training after the step under way, and saves its state.</param>
    /// <returns>What the learner recorded.</returns>
    /// <exception cref="InputException">
    /// The stage before has not been trained, another training is under way in the folder, or something can't be saved.
    /// </exception>
    public Recorder TrainStage(string stageName, IEnumerable<LearnerCallback>? callbacks = null, CancellationToken cancellation = default)
    {
        using IDisposable? held = Hold();
        int index = IndexOf(stageName);
        RequireTrainable(index, cancellation);
        using StepLog? steps = _start.Begin(index);
        return _training.Fit(index, null, steps, callbacks ?? [], cancellation);
    }

    /// <summary>Trains a stage and all after it anew, from the weights of the one before it.</summary>
    /// <param name="stageName">The stage; its earlier rows and those of later stages are replaced.</param>
    /// <param name="callbacks">Who watches.</param>
    /// <param name="cancellation">Ends the training after the step under way, and saves its state.</param>
    /// <exception cref="InputException">As for <see cref="TrainStage"/>.</exception>
    public void TrainFrom(string stageName, IEnumerable<LearnerCallback>? callbacks = null, CancellationToken cancellation = default)
    {
        using IDisposable? held = Hold();
        int index = IndexOf(stageName);
        RequireTrainable(index, cancellation);
        List<LearnerCallback> watching = [.. callbacks ?? []];
        using StepLog? steps = _start.Begin(index);
        for (; index < Experiment.Stages.Count; index++)
        {
            _training.Fit(index, null, steps, watching, cancellation);
        }
    }

    /// <summary>
    /// Refuses what can't be trained before anything of an earlier training is touched: crops that the photos are too small for, a full
    /// disk.
    /// </summary>
    /// <param name="index">The first stage that is to be trained.</param>
    /// <param name="cancellation">Ends the preparation of that stage's photos.</param>
    /// <exception cref="InputException">A stage can't be trained; the message says why.</exception>
    public void RequireTrainable(int index = 0, CancellationToken cancellation = default)
    {
        foreach (Stage stage in Experiment.Stages.Skip(index))
        {
            RequireBatchNorm(stage, CropSize(stage));
            FreeSpaceCheck.Require(this, stage);
        }

        using BatchLoader loader = TrainLoader(Experiment.Stages[index], cancellation);
    }

    /// <summary>Trains all stages.</summary>
    /// <param name="resume">
    /// Resumes from the newest state in the run folder, or after the last finished stage where no state can be used; otherwise the run
    /// begins anew.
    /// </param>
    /// <param name="callbacks">Who watches.</param>
    /// <param name="cancellation">Ends the training after the step under way, and saves its state.</param>
    /// <exception cref="InputException">
    /// Another training is under way in the folder, something can't be saved, or the run can't be resumed because its states and the
    /// weights of its first stage are lost.
    /// </exception>
    public void Train(bool resume = false, IEnumerable<LearnerCallback>? callbacks = null, CancellationToken cancellation = default)
    {
        using IDisposable? held = Hold();
        List<LearnerCallback> watching = [.. callbacks ?? []];
        using LoadedState? state =
            resume ? StateBroadcast.Share(Ranks, Ranks.Leads() ? Folder.Checkpoints().Load(_log) : null) : null;
        int index = state?.State.Stage ?? (resume ? _start.FinishedStages() : 0);
        if (state is null && index < Experiment.Stages.Count)
        {
            RequireTrainable(index, cancellation);
        }

        using StepLog? steps = state is null ? _start.Begin(index) : _start.Resume(state);
        for (bool first = true; index < Experiment.Stages.Count; index++, first = false)
        {
            _training.Fit(index, first ? state : null, steps, watching, cancellation);
        }
    }

    /// <summary>A learner for a stage, ready to fit, for people who want to drive it themselves.</summary>
    /// <param name="index">The stage's index.</param>
    /// <param name="cancellation">Ends the preparation of the photos.</param>
    /// <returns>The learner with its loaders; the caller disposes it.</returns>
    public StageSession OpenStage(int index, CancellationToken cancellation = default)
    {
        Stage stage = Experiment.Stages[index];
        int crop = CropSize(stage);
        if (crop != stage.Size)
        {
            _log($"Stage {stage.Name} uses crops of {crop} px: the smallest photo's side has {Data.SmallestSide} px.");
        }

        RequireBatchNorm(stage, crop);
        (_loss.Distance, _loss.MaskedWeight) = (stage.Distance ?? Experiment.Loss.Base, stage.MaskedWeight);
        BatchLoader train = TrainLoader(stage, cancellation), valid = ValidLoader(stage, cancellation);
        var session = new StageSession(Model, _loss, train, valid, Experiment.OptionsOf(stage), stage.Name);
        if (stage.Frozen)
        {
            session.Learner.Freeze();
        }
        else
        {
            session.Learner.Unfreeze();
        }

        return session;
    }

    /// <summary>Frees the network and the loss.</summary>
    public void Dispose()
    {
        Model.Dispose();
        _loss.Dispose();
        Data.Dispose();
    }

    /// <summary>Keeps other trainings out of the folder, from which what killed ones have half written is gone.</summary>
    private IDisposable? Hold()
    {
        if (!Ranks.Leads())
        {
            return null;
        }

        IDisposable held = Folder.Lock();
        Folder.DeleteLeftovers();
        return held;
    }

    private void RequireBatchNorm(Stage stage, int crop) =>
        BatchNormCheck.Require(Experiment.Model, stage.BatchSize!.Value, crop, crop, $"Stage {stage.Name}");
}

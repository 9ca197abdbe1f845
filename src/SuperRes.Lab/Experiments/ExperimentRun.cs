using System.Text.Json.Nodes;
using SuperRes.Lab.Data;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using SuperRes.Lab.Training;
using SuperRes.Lab.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Experiments;

/// <summary>An experiment with its photos and its run folder: trains the stages in order, each from the weights of the one before.</summary>
public sealed class ExperimentRun : IDisposable
{
    private readonly Device _device;
    private readonly Action<string> _log;
    private readonly FeatureLoss _loss;
    private readonly List<EpochRecord> _epochs = [];

    /// <summary>Opens a run: photos are found and split, network and loss are made.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="folder">Where it is kept.</param>
    /// <param name="images">A folder of photos in place of the experiment's own; null for none.</param>
    /// <param name="device">Where it computes; null for a GPU if there is one, else the CPU.</param>
    /// <param name="log">Told in a sentence what a person should know.</param>
    /// <param name="cancellation">Ends the preparation.</param>
    /// <exception cref="InputException">Photos or required weights are missing, or the folder can't be written.</exception>
    public ExperimentRun(
        Experiment experiment, RunFolder folder, string? images = null, Device? device = null, Action<string>? log = null, CancellationToken cancellation = default)
    {
        (Experiment, Folder, _log) = (experiment, folder, log ?? (_ => { }));
        _device = device ?? (cuda.is_available() ? CUDA : CPU);
        Data = RunData.Open(experiment, images, log, cancellation);
        Images = images is null ? null : System.IO.Path.GetFullPath(images);
        _loss = new FeatureLoss(experiment.Loss, _device, experiment.Seed);
        if (_loss.Warning is { } warning)
        {
            _log(warning);
        }

        using (new TorchSeed(experiment.Seed, "model"))
        {
            Model = RestorationNetwork.Create(experiment.Model);
        }

        LoadEncoder();
        Model.to(_device);
        Model.ComputeType = experiment.Precision == Precision.Bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
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

    /// <summary>All epochs of the run so far.</summary>
    public IReadOnlyList<EpochRecord> Epochs => _epochs;

    /// <summary>What the trained weights say of themselves.</summary>
    public ModelCard Card => new()
    {
        Model = Model.Options,
        Task = Experiment.Task,
        Scale = Experiment.Scale,
        InputFilter = Experiment.InputFilter,
        Recipe = (JsonObject)JsonNode.Parse(Experiment.ToJson())!,
        Metrics = _epochs.Count == 0 ? null : new Dictionary<string, double>(StringComparer.Ordinal) { ["valid_psnr"] = _epochs[^1].Psnr, ["valid_ssim"] = _epochs[^1].Ssim },
    };

    /// <summary>The stage of a name.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its index.</returns>
    /// <exception cref="InputException">There is none.</exception>
    public int IndexOf(string name)
    {
        for (int i = 0; i < Experiment.Stages.Count; i++)
        {
            if (Experiment.Stages[i].Name == name)
            {
                return i;
            }
        }

        throw new InputException($"The experiment {Experiment.Name} has no stage {name}; it has {string.Join(", ", Experiment.Stages.Select(stage => stage.Name))}.");
    }

    /// <summary>Side of a stage's crops: the stage's size, or the largest that fits the photos where the experiment allows it.</summary>
    /// <param name="stage">The stage.</param>
    /// <returns>Pixels.</returns>
    /// <exception cref="InputException">A photo is smaller, and the experiment doesn't allow smaller crops.</exception>
    public int CropSize(Stage stage) => Data.CropSize(stage.Size);

    /// <summary>The training batches of a stage.</summary>
    /// <param name="stage">The stage.</param>
    /// <returns>A loader; the caller disposes it.</returns>
    public BatchLoader TrainLoader(Stage stage) => new(Data.TrainFor(CropSize(stage)), Experiment.Data.Degradations, LoaderOptions(stage) with { DropLast = true });

    /// <summary>The validation batches of a stage: the held-out photos' centres with fixed damage.</summary>
    /// <param name="stage">The stage.</param>
    /// <returns>A loader; the caller disposes it.</returns>
    public BatchLoader ValidLoader(Stage stage) => BatchLoader.ForValidation(Data.ValidFor(CropSize(stage)), Experiment.Data.Degradations, LoaderOptions(stage));

    /// <summary>Takes the weights that the stage before ended with; the first stage starts from the network's own start.</summary>
    /// <param name="index">The stage's index.</param>
    /// <exception cref="InputException">The stage before has not been trained; the message says how to.</exception>
    public void LoadStart(int index)
    {
        if (index == 0)
        {
            return;
        }

        string before = Experiment.Stages[index - 1].Name, file = Folder.StageFile(before);
        if (!File.Exists(file))
        {
            throw new InputException($"Stage {Experiment.Stages[index].Name} starts from stage {before}, whose weights {file} are missing; run that stage's notebook, or `superres train {Experiment.Name}`.");
        }

        using RestorationModel trained = RestorationModel.Load(file);
        StateDict.Load(Model, StateDict.Entries(trained.Network).ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal), file);
    }

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
    /// <param name="cancellation">Ends the training after the step under way; the last whole epoch is kept.</param>
    /// <returns>What the learner recorded.</returns>
    public Recorder TrainStage(string stageName, IEnumerable<LearnerCallback>? callbacks = null, CancellationToken cancellation = default)
    {
        int index = IndexOf(stageName);
        LoadStart(index);
        string[] earlier = [.. Experiment.Stages.Take(index).Select(stage => stage.Name)];
        _epochs.Clear();
        _epochs.AddRange(Folder.ReadMetrics().Where(epoch => earlier.Contains(epoch.Stage, StringComparer.Ordinal)));
        WriteExperiment();
        return Fit(index, null, callbacks ?? [], cancellation);
    }

    /// <summary>Trains all stages.</summary>
    /// <param name="resume">Goes on after the last whole epoch in the run folder; otherwise the run begins anew.</param>
    /// <param name="callbacks">Who watches.</param>
    /// <param name="cancellation">Ends the training after the step under way; the last whole epoch is kept.</param>
    public void Train(bool resume = false, IEnumerable<LearnerCallback>? callbacks = null, CancellationToken cancellation = default)
    {
        List<LearnerCallback> watching = [.. callbacks ?? []];
        int index = 0;
        using TrainingCheckpoint.Loaded? state = resume ? TrainingCheckpoint.Load(Folder.StateFile, _log) : null;
        if (state is not null)
        {
            state.RestoreModel(Model);
            _epochs.AddRange(state.State.Epochs);
            index = state.State.Stage;
            _log($"Going on in stage {Experiment.Stages[index].Name} after epoch {state.State.Epoch}.");
        }

        WriteExperiment();
        for (bool first = true; index < Experiment.Stages.Count; index++, first = false)
        {
            Fit(index, first ? state : null, watching, cancellation);
        }
    }

    /// <summary>A learner for a stage, ready to fit, for people who want to drive it themselves.</summary>
    /// <param name="index">The stage's index.</param>
    /// <returns>The learner with its loaders; the caller disposes it.</returns>
    public StageSession OpenStage(int index)
    {
        Stage stage = Experiment.Stages[index];
        int crop = CropSize(stage);
        if (crop != stage.Size)
        {
            _log($"Stage {stage.Name} uses crops of {crop} px: the smallest photo's side has {Data.SmallestSide} px.");
        }

        var session = new StageSession(Model, _loss, TrainLoader(stage), ValidLoader(stage), new LearnerOptions { Optimizer = Experiment.Optimizer }, stage.Name);
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

    private Recorder Fit(int index, TrainingCheckpoint.Loaded? state, IEnumerable<LearnerCallback> callbacks, CancellationToken cancellation)
    {
        Stage stage = Experiment.Stages[index];
        using StageSession session = OpenStage(index);
        var keeper = new RunKeeper(this, index, _epochs);
        session.Learner.Callbacks.Add(keeper);
        foreach (LearnerCallback callback in callbacks)
        {
            session.Learner.Callbacks.Add(callback);
        }

        FitProgress? progress = state?.RestoreFit(session.Learner);
        session.Learner.FitOneCycle(stage.Epochs, stage.LearningRate, stage.PctStart, cancellation, progress);
        RestorationModel.Save(Folder.StageFile(stage.Name), Model, Card);
        RestorationModel.Save(Folder.ModelFile, Model, Card);
        RunReport.Write(this);
        return session.Learner.Recorder;
    }

    private void WriteExperiment()
    {
        var complete = (JsonObject)JsonNode.Parse(Experiment.ToJson())!;
        complete["run"] = new JsonObject
        {
            ["superres"] = typeof(Experiment).Assembly.GetName().Version?.ToString(3),
            ["torchsharp"] = typeof(torch).Assembly.GetName().Version?.ToString(3),
            ["libtorch"] = __version__,
            ["device"] = _device.ToString(),
            ["photos"] = Data.Folder.Count,
            ["dataFingerprint"] = Data.Folder.Fingerprint(),
            ["pretrainedLoss"] = _loss.IsPretrained,
        };
        AtomicFile.WriteAllText(Folder.ExperimentFile, complete.ToJsonString(OptionsJson.Indented) + "\n");
    }

    private BatchLoaderOptions LoaderOptions(Stage stage) => new()
    {
        BatchSize = stage.BatchSize,
        CropSize = CropSize(stage),
        Workers = Experiment.Data.Workers,
        SamplesPerImage = stage.SamplesPerImage,
        Seed = (long)(new RandomStream(Experiment.Seed, "loader." + stage.Name).NextBits() >> 1),
    };

    private void LoadEncoder()
    {
        if (Experiment.Pretrained == PretrainedEncoder.None || Model is not DynamicUnet unet)
        {
            return;
        }

        bool fits = Experiment.Model is { Width: 1, Blocks: null, Stem: StemType.Classic };
        IReadOnlyDictionary<string, Tensor>? weights = fits && PretrainedWeights.TryFind(Experiment.Model.Body) is not null ? PretrainedWeights.Load(Experiment.Model.Body) : null;
        if (weights is null)
        {
            string reason = fits ? $"its pretrained file is not in the cache; `superres weights fetch {Experiment.Model.Body}` gets it" : "ImageNet weights fit the full-width classic body alone";
            if (Experiment.Pretrained == PretrainedEncoder.Required)
            {
                throw new InputException($"The experiment {Experiment.Name} requires a pretrained {Experiment.Model.Body}, but {reason}.");
            }

            _log($"The encoder {Experiment.Model.Body} starts from RANDOM weights: {reason}.");
            return;
        }

        using var classifier = new ResNet(Experiment.Model.Body);
        StateDict.Load(classifier, weights, $"The pretrained {Experiment.Model.Body}");
        StateDict.Load(unet.Encoder, StateDict.Entries(classifier.Body).ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal), Experiment.Model.Body);
        foreach (Tensor weight in weights.Values)
        {
            weight.Dispose();
        }
    }
}

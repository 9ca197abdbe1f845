using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Experiments;

/// <summary>The recipe as data: an experiment file says everything that a run depends on but the photos themselves.</summary>
[FormerKeys("$schema")] // by which editors complete and check an experiment file
public sealed partial record Experiment
{
    /// <summary>Name of the experiment and of its run folder.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, for people.</summary>
    public string Description { get; init; } = "";

    /// <summary>super-resolution, restoration or colorization. Default super-resolution.</summary>
    public string Task { get; init; } = "super-resolution";

    /// <summary>How many times larger the result is: 1 for same-size tasks. Default 2.</summary>
    [Range(1, ModelCard.MostScale)]
    public int Scale { get; init; } = 2;

    /// <summary>Everything random follows from it. Default 42.</summary>
    public long Seed { get; init; } = 42;

    /// <summary>The network; its body names it. Default resnet34, the article's U-Net.</summary>
    public NetworkOptions Model { get; init; } = new UnetOptions();

    /// <summary>Where the encoder's weights come from. Default auto.</summary>
    public PretrainedEncoder Pretrained { get; init; }

    /// <summary>
    /// A file of weights for the encoder in place of ImageNet's, such as your own classifier's: safetensors or .pth with torchvision's
    /// names; paths are relative to the working folder or to the project's. Default null: ImageNet's, as "pretrained" says.
    /// </summary>
    public string? EncoderWeights { get; init; }

    /// <summary>
    /// Weights that the whole network starts from: a model file, a run folder, the name of a run or of a model that comes with the project,
    /// or a .pth that fits;
    /// paths are relative to the working folder or to the project's. Task, scale and network must be the same. Default null: the network's
    /// own start.
    /// </summary>
    public string? Start { get; init; }

    /// <summary>The scale of the model in <see cref="Start"/> where it may be another than this experiment's; null where it must be the
    /// same. Default null.</summary>
    [Range(1, ModelCard.MostScale)]
    public int? StartScale { get; init; }

    /// <summary>What it computes with. Default float32.</summary>
    public Precision Precision { get; init; }

    /// <summary>The loss.</summary>
    public FeatureLossOptions Loss { get; init; } = new();

    /// <summary>The optimizer. Default: weight decay 1e-3, the article's.</summary>
    public AdamWOptions Optimizer { get; init; } = new() { WeightDecay = 1e-3 };

    /// <summary>How it trains, beyond what the stages say.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>When the state of a training is saved.</summary>
    public CheckpointOptions Checkpoints { get; init; } = new();

    /// <summary>The photos.</summary>
    public DataOptions Data { get; init; } = new();

    /// <summary>The stages in order; each carries the weights on.</summary>
    public required IReadOnlyList<Stage> Stages { get; init; }

    /// <summary>Metrics of your own that each epoch measures on the held-out pairs, by name. Default: none.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = [];

    /// <summary>Callbacks of your own that watch or steer each stage, by name. Default: none.</summary>
    public IReadOnlyList<string> Callbacks { get; init; } = [];

    /// <summary>What a run adds to its copy in the run folder: versions, device, fingerprint of the photos. Ignored when read.</summary>
    public JsonObject? Run { get; init; }

    /// <summary>How a small image is enlarged before it enters the network: the degradations' way.</summary>
    internal ResampleFilter InputFilter => Data.Degradations.Downscale.Enlarge;

    /// <summary>How a learner trains a stage.</summary>
    internal LearnerOptions OptionsOf(Stage stage) => new()
    {
        Optimizer = Optimizer,
        ClipGradients = Training.ClipGradients,
        EmaDecay = Training.EmaDecay,
        Accumulate = stage.Accumulate,
        EarlyStop = stage.EarlyStop,
        Metrics = Metrics,
    };

    /// <summary>Reads an experiment.</summary>
    /// <param name="nameOrFile">A file, or the name of one in experiments/, such as quick.</param>
    /// <returns>The checked experiment.</returns>
    /// <exception cref="InputException">There is none, or a key is unknown or a value impossible; its JSON path is named.</exception>
    public static Experiment Load(string nameOrFile) => Load(nameOrFile, []);

    /// <summary>Reads an experiment and changes values of it.</summary>
    /// <param name="nameOrFile">A file, or the name of one in experiments/.</param>
    /// <param name="settings">Changes such as seed=1, model.width=0.5 or stages.0.epochs=2.</param>
    /// <returns>The checked experiment.</returns>
    /// <exception cref="InputException">As for <see cref="Load(string)"/>, or a change names a key that is not there.</exception>
    public static Experiment Load(string nameOrFile, IEnumerable<string> settings)
    {
        string path = Find(nameOrFile);
        string json = File.ReadAllText(path);
        List<string> changes = [.. settings];
        if (changes.Count == 0)
        {
            return Parse(json, path);
        }

        // The defaults are filled in first, so that a change can name any key.
        JsonNode node = JsonNode.Parse(Parse(json, path).ToJson())!;
        node["model"] = ModelSection(json); // but not here: which keys there are depends on the network, which a change can name
        foreach (string change in changes)
        {
            Apply(node, change);
        }

        return Parse(node.ToJsonString(), $"{path} with {string.Join(" ", changes)}");
    }

    /// <summary>Reads an experiment from text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">What to name in messages.</param>
    /// <returns>The checked experiment.</returns>
    /// <exception cref="InputException">As for <see cref="Load(string)"/>.</exception>
    public static Experiment Parse(string json, string source)
    {
        Experiment experiment = OptionsJson.Read<Experiment>(json, source);
        if (experiment.Stages.Any(stage => stage is { Degradations: not null }))
        {
            experiment = OptionsJson.Read<Experiment>(StageDegradations.Merge(json), source);
        }

        experiment.Validate(source);
        return experiment;
    }

    /// <summary>The whole experiment with its defaults.</summary>
    /// <returns>Readable JSON that <see cref="Parse"/> takes back.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, OptionsJson.Indented);

    /// <summary>The experiments in experiments/.</summary>
    /// <returns>Their names.</returns>
    public static IReadOnlyList<string> Names() => Directory.Exists(LabFolders.Experiments)
        ? [.. Directory.EnumerateFiles(LabFolders.Experiments, "*.json").Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => !name.EndsWith(".schema", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
        : [];

    private static string Find(string nameOrFile)
    {
        if (File.Exists(nameOrFile))
        {
            return nameOrFile;
        }

        string named = Path.Combine(LabFolders.Experiments, nameOrFile + ".json");
        return File.Exists(named)
            ? named
            : throw new InputException($"There is no experiment {nameOrFile}{Spelling.Hint(nameOrFile, Names())}; give a JSON file or one "
                + "of "
                + $"{string.Join(", ", Names())}.");
    }

    private static void Apply(JsonNode root, string change)
    {
        int equals = change.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
        {
            throw new InputException($"--set {change} is no change; write key=value, such as seed=1 or stages.0.epochs=2.");
        }

        string[] keys = change[..equals].Split('.');
        JsonNode? parent = root;
        foreach (string key in keys[..^1])
        {
            parent = Child(parent, key);
        }

        string last = keys[^1], text = change[(equals + 1)..];
        JsonNode? value;
        try
        {
            value = JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            value = JsonValue.Create(text);
        }

        switch (parent)
        {
            case JsonObject section:
                section[last] = value; // an unknown key is refused, with its path, when the result is read
                break;
            case JsonArray list when int.TryParse(last, out int index) && index >= 0 && index < list.Count:
                list[index] = value;
                break;
            default:
                throw new InputException($"--set {change}: there is no {string.Join('.', keys)} in the experiment.");
        }
    }

    private static JsonNode ModelSection(string json)
    {
        var reading = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        return JsonNode.Parse(json, documentOptions: reading)?["model"]?.DeepClone() ?? new JsonObject();
    }

    private static JsonNode? Child(JsonNode? node, string key) => node switch
    {
        JsonObject section => section[key],
        JsonArray list when int.TryParse(key, out int index) && index >= 0 && index < list.Count => list[index],
        _ => null,
    };
}

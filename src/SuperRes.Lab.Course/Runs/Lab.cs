using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using SuperRes.Lab.Show;
using SuperRes.Lab.Weights;

namespace SuperRes.Lab.Course;

/// <summary>
/// What a notebook works on: the same text runs at every scale. <see cref="Choose"/> sets it, SUPERRES_EXPERIMENT names any experiment
/// (default quick), SUPERRES_IMAGES a folder of photos in place of the experiment's own, SUPERRES_RUN the run folder (default runs/ and
/// the experiment's name). A cell may set them too, before anything else of this class is used.
/// </summary>
public static class Lab
{
    /// <summary>The environment variable that names the experiment.</summary>
    public const string ExperimentVariable = "SUPERRES_EXPERIMENT";

    /// <summary>The environment variable that names a folder of photos.</summary>
    public const string ImagesVariable = "SUPERRES_IMAGES";

    /// <summary>The environment variable that names the run folder.</summary>
    public const string RunVariable = "SUPERRES_RUN";

    private const string Quick = "quick", Evening = "evening", Article = "article-div2k";

    /// <summary>The experiment of this session.</summary>
    public static Experiment Experiment => Experiment.Load(Named(ExperimentVariable) ?? ChosenScale.Read() ?? Quick);

    /// <summary>How large this session is, by its experiment's name: quick…, evening…, or anything else for the article's.</summary>
    public static LabScale Scale => Experiment.Name is var name && name.StartsWith(Quick, StringComparison.Ordinal) ? LabScale.Quick
        : name.StartsWith(Evening, StringComparison.Ordinal) ? LabScale.Evening : LabScale.Article;

    /// <summary>
    /// Chooses the scale for this chapter and all others, until another is chosen. SUPERRES_EXPERIMENT, and with it
    /// <c>superres notebooks run --experiment</c>, comes before it.
    /// </summary>
    /// <param name="scale">quick, evening or article.</param>
    /// <returns>What this session works with.</returns>
    /// <exception cref="InputException">There is no such scale, or the choice can't be kept.</exception>
    public static Table Choose(string scale)
    {
        ChosenScale.Write(scale switch
        {
            Quick or Evening => scale,
            "article" => Article,
            _ => throw new InputException($"There is no scale \"{scale}\"; choose quick, evening or article."),
        });
        return Overview();
    }

    /// <summary>The folder of photos of this session; null for the experiment's own.</summary>
    public static string? Images => Named(ImagesVariable);

    /// <summary>The run folder of this session.</summary>
    public static RunFolder Folder => RunFolder.Create(Named(RunVariable) ?? Experiment.Name);

    /// <summary>One value for the scales of a processor, another for the article's.</summary>
    /// <typeparam name="T">The values' type.</typeparam>
    /// <param name="quick">In a quick or an evening session.</param>
    /// <param name="article">In every other.</param>
    /// <returns>One of them.</returns>
    public static T Pick<T>(T quick, T article) => Pick(quick, quick, article);

    /// <summary>One value for each scale.</summary>
    /// <typeparam name="T">The values' type.</typeparam>
    /// <param name="quick">In a quick session.</param>
    /// <param name="evening">In an evening session.</param>
    /// <param name="article">In every other.</param>
    /// <returns>One of them.</returns>
    public static T Pick<T>(T quick, T evening, T article) => Scale switch
    {
        LabScale.Quick => quick, LabScale.Evening => evening, _ => article,
    };

    /// <summary>Opens the run of this session: photos found or generated, network and loss made.</summary>
    /// <returns>The run.</returns>
    /// <exception cref="InputException">Photos are missing, or the run folder can't be written.</exception>
    public static ExperimentRun Open() => new(Experiment, Folder, Images, log: Console.WriteLine) { Reporter = new RunReporter() };

    /// <summary>
    /// Opens another run of the same scale beside this session's, such as "flowers": experiments/quick-flowers.json in a quick session,
    /// evening-flowers.json in an evening's, article-flowers.json in an article's.
    /// </summary>
    /// <param name="name">What follows the scale in the experiment's name.</param>
    /// <returns>The run, with its own photos, in a run folder of the experiment's name.</returns>
    /// <exception cref="InputException">There is no such experiment, or its photos are missing.</exception>
    public static ExperimentRun Open(string name)
    {
        Experiment experiment = Experiment.Load($"{Pick(Quick, Evening, "article")}-{name}");
        return new ExperimentRun(experiment, RunFolder.Create(experiment.Name), log: Console.WriteLine) { Reporter = new RunReporter() };
    }

    /// <summary>The folder of the photos that come with the project.</summary>
    public static string SamplesFolder => Path.Combine(LabFolders.Root, "data", "samples");

    /// <summary>Reads one of the photos that come with the project.</summary>
    /// <param name="name">Its name without extension: astronaut, camera, chelsea, coffee, gravel, hubble, raccoon or rocket.</param>
    /// <returns>The photo.</returns>
    /// <exception cref="InputException">There is none of that name.</exception>
    public static RgbImage Sample(string name)
    {
        string[] all = Directory.Exists(SamplesFolder)
            ? [.. Directory.GetFiles(SamplesFolder).Where(ImageCodec.HasImageExtension).Order(StringComparer.Ordinal)] : [];
        return all.FirstOrDefault(file => Path.GetFileNameWithoutExtension(file) == name) is { } found
            ? ImageCodec.Read(found)
            : throw new InputException($"There is no sample photo \"{name}\" in data/samples; there are "
                + $"{string.Join(", ", all.Select(Path.GetFileNameWithoutExtension))}.");
    }

    /// <summary>Loads one of the small trained models that come with the project.</summary>
    /// <param name="name">Its file's name without extension, such as lite-restore.</param>
    /// <returns>The model, which the caller disposes; null where it is not there, and then a printed sentence says how to make
    /// it.</returns>
    /// <exception cref="InputException">The file is there but can't be used.</exception>
    public static RestorationModel? LoadShipped(string name)
    {
        string file = Path.Combine(LabFolders.Models, name + ".safetensors");
        if (File.Exists(file))
        {
            return RestorationModel.Load(file);
        }

        Console.WriteLine($"models/{name}.safetensors is not here; take it from the project's repository, or train it: superres train "
            + $"{name}");
        return null;
    }

    /// <summary>What this session works with, and what it lacks of the article's.</summary>
    /// <returns>A row each for scale, photos, network, loss, pretrained weights and device.</returns>
    public static Table Overview()
    {
        Experiment experiment = Experiment;
        string loss = experiment.Loss.IsPixelsOnly ? "pixels alone" : $"pixels, features and grams of {experiment.Loss.Network}";
        string[] pretrained =
            [.. new[] { experiment.Loss.Resolve().Network, experiment.Model.StartsFrom()?.Name }.OfType<string>().Where(
            name => PretrainedWeights.TryFind(name) is not null)];
        return new Table(["what", "here"],
        [
            ["scale", Pick("quick: a small network, a processor, minutes", "evening: a small network, a processor, an hour or two",
                "the article's: a graphics card, hours")],
            ["experiment", experiment.Name],
            ["photos",
                Images is not null ? "a folder of your own" : experiment.Data.Source == "dead-leaves" ? "generated on this machine"
                : experiment.Data.Source],
            ["network", experiment.Model.Describe()],
            ["loss", loss],
            ["ImageNet weights in the cache",
                pretrained.Length == 0 ? "none; superres weights list says what belongs there" : string.Join(", ", pretrained)],
            ["device", Devices.HasGpu ? "GPU" : $"processor, {Environment.ProcessorCount} cores"],
        ]);
    }

    private static string? Named(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}

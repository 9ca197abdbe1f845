namespace SuperRes.Lab.Experiments;

/// <summary>
/// What a notebook works on: the same text runs at every scale. SUPERRES_EXPERIMENT names the experiment (default quick), SUPERRES_IMAGES a folder
/// of photos in place of the experiment's own, SUPERRES_RUN the run folder (default runs/ and the experiment's name).
/// </summary>
public static class Lab
{
    /// <summary>The environment variable that names the experiment.</summary>
    public const string ExperimentVariable = "SUPERRES_EXPERIMENT";

    /// <summary>The environment variable that names a folder of photos.</summary>
    public const string ImagesVariable = "SUPERRES_IMAGES";

    /// <summary>The environment variable that names the run folder.</summary>
    public const string RunVariable = "SUPERRES_RUN";

    /// <summary>The experiment of this session.</summary>
    public static Experiment Experiment => Experiment.Load(Named(ExperimentVariable) ?? "quick");

    /// <summary>The folder of photos of this session; null for the experiment's own.</summary>
    public static string? Images => Named(ImagesVariable);

    /// <summary>The run folder of this session.</summary>
    public static RunFolder Folder => RunFolder.Create(Named(RunVariable) ?? Experiment.Name);

    /// <summary>Opens the run of this session: photos found or generated, network and loss made.</summary>
    /// <returns>The run.</returns>
    /// <exception cref="InputException">Photos are missing, or the run folder can't be written.</exception>
    public static ExperimentRun Open() => new(Experiment, Folder, Images, log: Console.WriteLine);

    private static string? Named(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}

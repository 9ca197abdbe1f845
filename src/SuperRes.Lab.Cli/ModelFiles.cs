using SuperRes.Lab.Experiments;

namespace SuperRes.Lab.Cli;

/// <summary>Finds the weights file that a person means by a path, a run or the name of a model that comes with the project.</summary>
internal static class ModelFiles
{
    public const string Extension = ".safetensors";

    /// <summary>What help texts say of --model.</summary>
    public const string Description = "The model: a weights file, a run folder or its name in runs/, or the name of one in models/.";

    /// <summary>Finds a weights file.</summary>
    /// <param name="model">A file, a run folder, or a name.</param>
    /// <returns>The path.</returns>
    /// <exception cref="InputException">There is no such file.</exception>
    public static string Find(string model)
    {
        if (File.Exists(model))
        {
            return model;
        }

        string[] shipped = [.. Shipped()];
        return InRun(model) ?? shipped.FirstOrDefault(path => NameOf(path) == model)
            ?? throw new InputException($"The model {model} does not exist{Spelling.Hint(model, shipped.Select(NameOf))}; "
                + $"give a {Extension} file, a run "
                    + $"folder{(shipped.Length > 0 ? " or one of " + string.Join(", ", shipped.Select(NameOf)) : "")}.");
    }

    /// <summary>The model that a command uses where none is named.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="InputException">It is not there.</exception>
    public static string Default(string name)
        => TryShipped(name) ?? throw new InputException(
            $"No model is named, and {Path.Combine(LabFolders.Models, name + Extension)} is not there; give --model FILE, such as one "
                + $"that \"superres train\" made.");

    /// <summary>The file of a model that comes with the project; null where it is not there.</summary>
    public static string? TryShipped(string name) => Shipped().FirstOrDefault(path => NameOf(path) == name);

    /// <summary>The models that come with the project: in the checkout, or beside an installed program.</summary>
    public static IEnumerable<string> Shipped()
        => new[] { LabFolders.Models, Path.Combine(AppContext.BaseDirectory, "models") }.Distinct(StringComparer.Ordinal)
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal))
            .DistinctBy(Path.GetFileName, StringComparer.Ordinal);

    /// <summary>Refuses a name for a weights file that ends in something else.</summary>
    public static string RequireExtension(string output) => output.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)
        ? output
        : throw new InputException($"{output} ends in \"{Path.GetExtension(output)}\"; weights are written as {Extension}.");

    private static string? InRun(string model)
    {
        string? folder = new[] { model, Path.Combine(LabFolders.Runs, model) }.FirstOrDefault(Directory.Exists);
        if (folder is null)
        {
            return null;
        }

        string file = RunFolder.Open(Path.GetFullPath(folder)).ModelFile;
        return File.Exists(file) ? file
            : throw new InputException($"The run {folder} has no trained stage yet ({file} is missing); resume it with \"superres train … "
            + $"--resume\".");
    }

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);
}

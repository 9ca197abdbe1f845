using SuperRes.Lab.Cli.Parsing;

namespace SuperRes.Lab.Cli;

/// <summary>Finds the weights file that a person means by a path, a run folder or a shipped model's name.</summary>
internal static class ModelFiles
{
    public const string Extension = ".safetensors";

    /// <summary>Finds a weights file.</summary>
    /// <param name="model">A file, a run folder, or the name of a shipped model.</param>
    /// <returns>The path.</returns>
    /// <exception cref="InputException">There is no such file.</exception>
    public static string Find(string model)
    {
        if (File.Exists(model))
        {
            return model;
        }

        if (Directory.Exists(model))
        {
            string inside = Path.Combine(model, "model" + Extension);
            return File.Exists(inside) ? inside : throw new InputException(
                $"{model} holds no model{Extension}; give a weights file, or the folder of a run that \"superres train\" finished.");
        }

        string[] shipped = [.. Shipped()];
        return shipped.FirstOrDefault(path => Path.GetFileNameWithoutExtension(path) == model)
            ?? throw new InputException($"The model {model} does not exist{Spelling.Hint(model, shipped.Select(p => Path.GetFileNameWithoutExtension(p)))}; "
                + $"give a {Extension} file, a run folder{(shipped.Length > 0 ? " or one of " + string.Join(", ", shipped.Select(Path.GetFileNameWithoutExtension)) : "")}.");
    }

    /// <summary>The model that a command uses where none is named.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="InputException">It is not there.</exception>
    public static string Default(string name)
        => Shipped().FirstOrDefault(path => Path.GetFileNameWithoutExtension(path) == name)
            ?? throw new InputException($"No model is named, and models/{name}{Extension} is not there; give --model FILE, such as one that \"superres train\" made.");

    /// <summary>The weights files in the models folders; of two with one name, the nearer.</summary>
    public static IEnumerable<string> Shipped()
        => ProjectFolders.Find("models").SelectMany(folder => Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal))
            .DistinctBy(Path.GetFileName, StringComparer.Ordinal);
}

using SuperRes.Lab.Models;
using SuperRes.Lab.Weights;

namespace SuperRes.Lab.Web.Jobs;

/// <summary>A model that the app offers.</summary>
/// <param name="Name">Its name in requests.</param>
/// <param name="Task">super-resolution, restoration or colorization.</param>
/// <param name="Scale">How many times larger its result is.</param>
/// <param name="Path">The weights file.</param>
public sealed record WebModel(string Name, string Task, int Scale, string Path)
{
    /// <summary>The scales that can be asked for: its own, and its square.</summary>
    public IReadOnlyList<int> Scales => Scale == 1 ? [1] : [Scale, Scale * Scale];

    /// <summary>Reads what a weights file says of its model.</summary>
    /// <exception cref="InputException">The file can't be read, or is of no model.</exception>
    public static WebModel Of(string path)
    {
        using SafeTensors file = SafeTensors.Open(path);
        if (!file.Metadata.TryGetValue(RestorationModel.MetadataKey, out string? json))
        {
            throw new InputException($"{path} says of no model what it is; give a file that \"superres train\" wrote.");
        }

        ModelCard card = OptionsJson.Read<ModelCard>(json, $"The metadata of {path}");
        return new(System.IO.Path.GetFileNameWithoutExtension(path), card.Task, card.Scale, path);
    }
}

using SuperRes.Lab.Inference;

namespace SuperRes.Lab.Cli.Commands;

/// <summary>Some of a command's images and what does them.</summary>
/// <param name="Upscaler">What does them.</param>
/// <param name="Name">Its model's name, for files whose plain name is taken by another's result.</param>
/// <param name="Images">The images' indices in the command's order.</param>
internal sealed record PhotoJob(Upscaler Upscaler, string Name, IReadOnlyList<int> Images);

/// <summary>The models that a command has read, each file once; they are freed at its end.</summary>
internal sealed class ModelsInUse : IDisposable
{
    private readonly Dictionary<string, LoadedModel> _models = new(StringComparer.Ordinal);

    /// <summary>The model of a file, read where it is not here yet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">How it is read; null: as always.</param>
    public LoadedModel Read(string path, Func<string, LoadedModel>? read = null)
    {
        if (!_models.TryGetValue(path, out LoadedModel? model))
        {
            _models[path] = model = (read ?? LoadedModel.ReadAny)(path);
        }

        return model;
    }

    public void Dispose()
    {
        foreach (LoadedModel model in _models.Values)
        {
            model.Dispose();
        }
    }
}

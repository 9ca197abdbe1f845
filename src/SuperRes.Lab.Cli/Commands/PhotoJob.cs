using SuperRes.Lab.Inference;

namespace SuperRes.Lab.Cli.Commands;

/// <summary>Some of a command's images and what does them.</summary>
/// <param name="Upscaler">What does them.</param>
/// <param name="Name">Its model's name, for files whose plain name is taken by another's result.</param>
/// <param name="Images">The images' indices in the command's order.</param>
internal sealed record PhotoJob(Upscaler Upscaler, string Name, IReadOnlyList<int> Images);

/// <summary>The models that a command has read; they are freed at its end.</summary>
internal sealed class ModelsInUse : IDisposable
{
    private readonly List<LoadedModel> _models = [];

    public LoadedModel Keep(LoadedModel model)
    {
        _models.Add(model);
        return model;
    }

    public void Dispose() => _models.ForEach(model => model.Dispose());
}

using SuperRes.Lab.Models;
using static TorchSharp.torch;

namespace SuperRes.Lab.Training;

/// <summary>A copy of a module's whole state in memory.</summary>
public sealed class ModelSnapshot : IDisposable
{
    private readonly List<(Tensor Live, Tensor Copy)> _pairs = [];

    /// <summary>Copies.</summary>
    /// <param name="module">The module.</param>
    public ModelSnapshot(nn.Module module)
    {
        using IDisposable off = no_grad();
        foreach ((_, Tensor value) in StateDict.Entries(module))
        {
            _pairs.Add((value, value.clone().DetachFromDisposeScope()));
        }
    }

    /// <summary>Writes the copies back and forgets all gradients.</summary>
    public void Restore()
    {
        using IDisposable off = no_grad();
        foreach ((Tensor live, Tensor copy) in _pairs)
        {
            live.copy_(copy);
            if (live.requires_grad)
            {
                live.grad = null;
            }
        }
    }

    /// <summary>Frees the copies.</summary>
    public void Dispose() => _pairs.ForEach(pair => pair.Copy.Dispose());
}

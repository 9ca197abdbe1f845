using SuperRes.Lab.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>A module's parameters and buffers by name, in PyTorch's order (TorchSharp's own lists all parameters before all
/// buffers).</summary>
public static class StateDict
{
    /// <summary>Lists a module's state.</summary>
    /// <param name="module">The module.</param>
    /// <returns>Each parameter and persistent buffer itself, not a copy: a module's parameters, its buffers, then its children.</returns>
    public static IReadOnlyList<(string Name, Tensor Value)> Entries(nn.Module module)
    {
        var entries = new List<(string, Tensor)>();
        Collect("", module, entries);
        return entries;
    }

    /// <summary>Copies values into a module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="values">A value for each entry; further values are an error.</param>
    /// <param name="source">What to name in messages, such as the file.</param>
    /// <exception cref="InputException">Names or shapes don't match; the first few are listed. Nothing has been copied then.</exception>
    public static void Load(nn.Module module, IReadOnlyDictionary<string, Tensor> values, string source)
    {
        IReadOnlyList<(string Name, Tensor Value)> entries = Entries(module);
        StateDictFile.RequireMatch(source, entries.Select(entry => (entry.Name, (IReadOnlyList<long>)entry.Value.shape)), values);
        using IDisposable off = no_grad();
        foreach ((string name, Tensor value) in entries)
        {
            using Tensor converted = values[name].to(value.dtype);
            value.copy_(converted);
        }
    }

    private static void Collect(string prefix, nn.Module module, List<(string Name, Tensor Value)> entries)
    {
        foreach ((string name, Parameter parameter) in module.named_parameters(recurse: false))
        {
            entries.Add((prefix + name, parameter));
        }

        foreach ((string name, Tensor buffer) in module.named_buffers(recurse: false))
        {
            entries.Add((prefix + name, buffer));
        }

        foreach ((string name, nn.Module child) in module.named_children())
        {
            Collect($"{prefix}{name}.", child, entries);
        }
    }
}

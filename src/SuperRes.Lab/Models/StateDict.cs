using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>A module's parameters and buffers by name, in PyTorch's order (TorchSharp's own lists all parameters before all buffers).</summary>
public static class StateDict
{
    private const int Named = 4;

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
        List<string> missing = [.. entries.Where(entry => !values.ContainsKey(entry.Name)).Select(entry => entry.Name)];
        HashSet<string> known = [.. entries.Select(entry => entry.Name)];
        List<string> unexpected = [.. values.Keys.Where(name => !known.Contains(name))];
        List<string> shapes =
        [
            .. entries.Where(entry => values.TryGetValue(entry.Name, out Tensor? value) && !value.shape.SequenceEqual(entry.Value.shape))
                .Select(entry => $"{entry.Name} is [{string.Join(", ", values[entry.Name].shape)}], not [{string.Join(", ", entry.Value.shape)}]"),
        ];
        List<string> problems = [.. Problem(missing, "missing"), .. Problem(unexpected, "unexpected"), .. Problem(shapes, "of another shape")];
        if (problems.Count > 0)
        {
            throw new InputException($"{source} doesn't fit the model of {entries.Count} entries: {string.Join("; ", problems)}. Check the model options.");
        }

        using IDisposable off = no_grad();
        foreach ((string name, Tensor value) in entries)
        {
            using Tensor converted = values[name].to(value.dtype);
            value.copy_(converted);
        }
    }

    private static IEnumerable<string> Problem(List<string> names, string what)
    {
        if (names.Count > 0)
        {
            yield return $"{names.Count} {what} ({string.Join(", ", names.Take(Named))}{(names.Count > Named ? ", …" : "")})";
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

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>A parameter within a layer group.</summary>
public sealed class GroupParameter
{
    private readonly nn.Module _owner;
    private readonly string _localName;

    internal GroupParameter(string prefix, string localName, nn.Module owner)
    {
        (_owner, _localName) = (owner, localName);
        Name = $"{prefix}.{localName}";
        IsBatchNorm = owner is BatchNorm2d;
        IsBias = localName == "bias";
    }

    /// <summary>Its name in the state dict.</summary>
    public string Name { get; }

    /// <summary>The parameter as its module holds it now: moving a module to another device or type replaces it.</summary>
    public Parameter Value => _owner.get_parameter(_localName)!;

    /// <summary>Whether it belongs to a batch norm, which stays trainable while its group is frozen.</summary>
    public bool IsBatchNorm { get; }

    /// <summary>Whether it is a bias; with the batch norms it forms the group's second set of optimizer parameters.</summary>
    public bool IsBias { get; }
}

/// <summary>Parameters that share a learning rate.</summary>
public sealed class LayerGroup
{
    private LayerGroup(IReadOnlyList<GroupParameter> parameters) => Parameters = parameters;

    /// <summary>All parameters of the group in the order of the state dict.</summary>
    public IReadOnlyList<GroupParameter> Parameters { get; }

    /// <summary>Makes one group of modules' parameters.</summary>
    /// <param name="modules">The modules with the prefix of their names.</param>
    /// <returns>The group.</returns>
    public static LayerGroup Of(params IEnumerable<(string Prefix, nn.Module Module)> modules)
    {
        var parameters = new List<GroupParameter>();
        foreach ((string prefix, nn.Module module) in modules)
        {
            Collect(prefix, module, parameters);
        }

        return new LayerGroup(parameters);
    }

    private static void Collect(string prefix, nn.Module module, List<GroupParameter> parameters)
    {
        foreach ((string name, _) in module.named_parameters(recurse: false))
        {
            parameters.Add(new GroupParameter(prefix, name, module));
        }

        foreach ((string name, nn.Module child) in module.named_children())
        {
            Collect($"{prefix}.{name}", child, parameters);
        }
    }
}

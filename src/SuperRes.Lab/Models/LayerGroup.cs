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

    /// <summary>Makes one group of modules' parameters, for networks other than <see cref="DynamicUnet"/>.</summary>
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

    /// <summary>The three groups of a U-Net.</summary>
    internal static IReadOnlyList<LayerGroup> Split(DynamicUnet unet)
    {
        (string Name, nn.Module Module)[] encoder = [.. unet.Encoder.named_children().Select(child => ("layers.0." + child.name, child.module))];
        var rest = unet.Layers.Skip(1).Select((layer, i) => ($"layers.{i + 1}", layer));
        return [Of(encoder[..6]), Of(encoder[6..]), Of(rest)];
    }

    /// <summary>The three groups of a lite U-Net: the encoder at the largest size, the smaller ones, the way up.</summary>
    internal static IReadOnlyList<LayerGroup> Split(IReadOnlyList<(string Name, nn.Module Module)> parts)
    {
        var flat = parts.SelectMany(part => part.Module is Convolution
            ? [part]
            : part.Module.named_children().Select(child => (Name: $"{part.Name}.{child.name}", Module: child.module))).ToList();
        bool IsFirst(string name) => name is "head" or "encoder.0";
        bool IsEncoder(string name) => name.StartsWith("encoder", StringComparison.Ordinal) || name.StartsWith("down", StringComparison.Ordinal);
        return
        [
            Of(flat.Where(part => IsFirst(part.Name))),
            Of(flat.Where(part => !IsFirst(part.Name) && IsEncoder(part.Name))),
            Of(flat.Where(part => !IsFirst(part.Name) && !IsEncoder(part.Name))),
        ];
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

using TorchSharp;

namespace SuperRes.Lab.Weights;

/// <summary>What a .pth file holds.</summary>
public sealed class TorchCheckpointContent : IDisposable
{
    // Where training scripts keep the weights: fastai and most others, Lightning, torch's tutorials, BasicSR.
    private static readonly string[] StateDictKeys = ["model", "state_dict", "model_state_dict", "params_ema", "params"];

    private readonly string _path;
    private readonly IReadOnlyDictionary<string, CheckpointTensor> _nodes;
    private readonly OrderedDictionary<string, torch.Tensor> _tensors = new(StringComparer.Ordinal);

    internal TorchCheckpointContent(string path, WeightFormat format, CheckpointValue root, IReadOnlyDictionary<string,
        CheckpointTensor> nodes, IDictionary<string, torch.Tensor>? storages)
    {
        (_path, Format, Root, _nodes) = (path, format, root, nodes);
        if (storages is null)
        {
            return;
        }

        try
        {
            foreach ((string name, CheckpointTensor node) in nodes)
            {
                node.Materialise(storages[node.Storage.Key]);
                _tensors.Add(name, node.Value);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The value that was saved.</summary>
    public CheckpointValue Root { get; }

    /// <summary>
    /// Every tensor by its dotted path from the root ("model.layers.0.weight", "opt.state.0.exp_avg"), in the file's order; "tensor"
    /// alone has the empty path. Where two paths coincide, the later one ends in "#2". The tensors belong to this object.
    /// </summary>
    public IReadOnlyDictionary<string, torch.Tensor> Tensors => _tensors;

    internal WeightFormat Format { get; }

    /// <summary>The same paths, without the need for the tensors themselves.</summary>
    internal IReadOnlyDictionary<string, CheckpointTensor> Nodes => _nodes;

    /// <summary>
    /// The model's weights: the root where it holds tensors itself, or else what is under "model", "state_dict", "model_state_dict",
    /// "params_ema" or "params". A "module." that all names begin with (torch's DataParallel) is left out.
    /// </summary>
    /// <returns>Tensors by state-dict key; they belong to this object.</returns>
    /// <exception cref="InputException">There are none in these places; the message names what is there.</exception>
    public IReadOnlyDictionary<string, torch.Tensor> StateDict()
    {
        CheckpointDictionary found = TryFindStateDict() ?? throw new InputException(
            $"{_path} holds no state dict at its root or under {string.Join(", ", StateDictKeys.Select(k => $"'{k}'"))}; it is "
                + $"{Outline()}.");
        const string Prefix = "module.";
        var items = found.Items.Where(i => i.Value is CheckpointTensor)
            .Select(i => (Name: i.Key.ToString()!, Node: (CheckpointTensor)i.Value)).ToList();
        bool wrapped = items.TrueForAll(i => i.Name.StartsWith(Prefix, StringComparison.Ordinal));
        var state = new OrderedDictionary<string, torch.Tensor>(items.Count, StringComparer.Ordinal);
        foreach ((string name, CheckpointTensor node) in items)
        {
            state[wrapped ? name[Prefix.Length..] : name] = node.Value;
        }

        return state;
    }

    internal CheckpointDictionary? TryFindStateDict() => FindStateDict(Root, depth: 0);

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (CheckpointTensor node in _nodes.Values)
        {
            node.Release();
        }
    }

    private static CheckpointDictionary? FindStateDict(CheckpointValue value, int depth)
    {
        if (value is not CheckpointDictionary dictionary)
        {
            return null;
        }

        if (dictionary.Items.Any(i => i.Value is CheckpointTensor && i.Key is CheckpointText))
        {
            return dictionary;
        }

        return depth == 2 ? null : StateDictKeys.Select(k => dictionary.Find(k) is { } child ? FindStateDict(child, depth + 1) : null)
            .FirstOrDefault(d => d is not null);
    }

    private string Outline() => Root is CheckpointDictionary dictionary
        ? $"a dictionary with {dictionary.Items.Count} keys, such as "
            + $"{string.Join(", ", dictionary.Items.Take(5).Select(i => $"'{CheckpointStorages.Short(i.Key.ToString()!)}'"))}"
        : $"a {Root.Kind}";
}

using System.Globalization;
using System.IO.Hashing;
using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Onnx;

/// <summary>Takes a network down as a list of operations and constants. Equal constants are kept once.</summary>
/// <param name="computeType">The data type that convolutions compute in.</param>
internal sealed class OnnxGraphBuilder(ScalarType computeType) : INetworkGraph, IDisposable
{
    private const long Single = 1, Half = 10;
    private readonly Dictionary<string, Tensor> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<UInt128, string> _known = [];
    private List<GraphOperation> _operations = [];
    private int _count;

    public ScalarType ComputeType => computeType;

    public IReadOnlyList<GraphOperation> Operations => _operations;

    public IReadOnlyDictionary<string, Tensor> Constants => _constants;

    public string Add(string operation, IReadOnlyList<string> inputs, params IReadOnlyList<(string Name, object Value)> attributes)
    {
        string output = Name("v");
        _operations.Add(new(operation, inputs, output, attributes));
        return output;
    }

    /// <summary>One of two computations: only the one that the condition chooses is done.</summary>
    /// <param name="condition">A single truth value.</param>
    /// <param name="then">Adds what is computed where it holds.</param>
    /// <param name="otherwise">Adds what is computed where it doesn't.</param>
    public string If(string condition, Func<string> then, Func<string> otherwise) =>
        Add("If", [condition], ("then_branch", Branch(then)), ("else_branch", Branch(otherwise)));

    public string Constant(Tensor values)
    {
        Tensor stored = values.detach().cpu().contiguous().clone().DetachFromDisposeScope();
        var hash = new XxHash128((long)stored.dtype);
        hash.Append(System.Runtime.InteropServices.MemoryMarshal.AsBytes<long>(stored.shape));
        hash.Append(stored.bytes);
        UInt128 key = hash.GetCurrentHashAsUInt128();
        if (_known.TryGetValue(key, out string? known))
        {
            stored.Dispose();
            return known;
        }

        string name = Name("c");
        _constants.Add(name, stored);
        _known.Add(key, name);
        return name;
    }

    /// <summary>Gives a value a name that others know; it must be the output of an operation.</summary>
    public void Rename(string value, string name)
    {
        int at = _operations.FindIndex(operation => operation.Output == value);
        _operations[at] = _operations[at] with { Output = name };
    }

    /// <summary>Puts each batch norm that is all that follows a convolution into the convolution's weights.</summary>
    public void FoldBatchNorms()
    {
        var uses = _operations.SelectMany(operation => operation.Inputs).CountBy(name => name).ToDictionary(StringComparer.Ordinal);
        for (int i = 0; i < _operations.Count; i++)
        {
            GraphOperation norm = _operations[i];
            int from = norm.Operation == "BatchNormalization" && uses[norm.Inputs[0]] == 1
                ? _operations.FindIndex(operation => operation.Output == norm.Inputs[0] && operation.Operation == "Conv") : -1;
            if (from >= 0)
            {
                _operations[from] = Folded(_operations[from], norm);
                _operations.RemoveAt(i--);
            }
        }

        var used = _operations.SelectMany(AllInputs).ToHashSet(StringComparer.Ordinal);
        foreach (string name in _constants.Keys.Where(name => !used.Contains(name)).ToList())
        {
            _constants.Remove(name, out Tensor? unused);
            unused!.Dispose();
        }

        _known.Clear();
    }

    /// <summary>Stores the weights of convolutions in another type, with an operation behind each that brings it back; a few numbers
    /// stay.</summary>
    public void StoreWeightsAs(ScalarType type)
    {
        const int Few = 4096;
        long back = computeType == ScalarType.Float16 ? Half : Single;
        var weights = _operations.Where(operation => operation.Operation == "Conv").Select(conv => conv.Inputs[1])
            .Where(name => _constants[name].numel() > Few).ToHashSet(StringComparer.Ordinal);
        foreach (string name in weights)
        {
            using Tensor before = _constants[name];
            _constants.Remove(name);
            string stored = name + "_stored";
            _constants.Add(stored, before.to(type).DetachFromDisposeScope());
            _operations.Insert(0, new("Cast", [stored], name, [("to", back)]));
        }
    }

    public void Dispose()
    {
        foreach (Tensor constant in _constants.Values)
        {
            constant.Dispose();
        }
    }

    private GraphBranch Branch(Func<string> add)
    {
        List<GraphOperation> outer = _operations;
        _operations = [];
        try
        {
            string output = add();
            return new(_operations, output);
        }
        finally
        {
            _operations = outer;
        }
    }

    private static IEnumerable<string> AllInputs(GraphOperation operation) => operation.Inputs.Concat(
        operation.Attributes.Select(one => one.Value).OfType<GraphBranch>().SelectMany(branch => branch.Operations).SelectMany(AllInputs));

    private GraphOperation Folded(GraphOperation conv, GraphOperation norm)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor Of(string name) => _constants[name].to(ScalarType.Float64);
        Tensor weight = Of(conv.Inputs[1]), mean = Of(norm.Inputs[3]), variance = Of(norm.Inputs[4]);
        Tensor factor = Of(norm.Inputs[1]) / (variance + (double)(float)norm.Attributes.Single(one => one.Name == "epsilon").Value).sqrt();
        Tensor bias = conv.Inputs.Count > 2 ? Of(conv.Inputs[2]) : zeros_like(mean);
        string folded = Constant((weight * factor.view(-1, 1, 1, 1)).to(computeType));
        string shifted = Constant((((bias - mean) * factor) + Of(norm.Inputs[2])).to(computeType));
        return conv with { Inputs = [conv.Inputs[0], folded, shifted], Output = norm.Output };
    }

    private string Name(string prefix) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{_count++}");
}

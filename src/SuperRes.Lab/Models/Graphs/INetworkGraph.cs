using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// What a network computes, taken down operation by operation in the words of ONNX (operator set 17), so that engines other than torch can
/// run it. A value is known by its name; pictures are N×C×H×W.
/// </summary>
public interface INetworkGraph
{
    /// <summary>The data type that convolutions compute in: float32, or float16 with pictures in float32.</summary>
    ScalarType ComputeType { get; }

    /// <summary>Adds an operation.</summary>
    /// <param name="operation">ONNX's name of it, such as Conv.</param>
    /// <param name="inputs">The names of what it takes; an empty one leaves an optional input out.</param>
    /// <param name="attributes">Its attributes: a long, long[], float or string each.</param>
    /// <returns>The name of its first output.</returns>
    string Add(string operation, IReadOnlyList<string> inputs, params IReadOnlyList<(string Name, object Value)> attributes);

    /// <summary>Adds numbers that don't change, such as a weight.</summary>
    /// <param name="values">float32, float16 or int64; copied.</param>
    /// <returns>Their name.</returns>
    string Constant(Tensor values);
}

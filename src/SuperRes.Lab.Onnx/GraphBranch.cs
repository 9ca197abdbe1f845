namespace SuperRes.Lab.Onnx;

/// <summary>Operations that are done only where a condition holds; they may take every value that was there before.</summary>
/// <param name="Operations">The operations in the order in which they can run.</param>
/// <param name="Output">The name of what they give, float32.</param>
internal sealed record GraphBranch(IReadOnlyList<GraphOperation> Operations, string Output);

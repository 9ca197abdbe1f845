namespace SuperRes.Lab.Onnx;

/// <summary>One operation of a graph.</summary>
/// <param name="Operation">ONNX's name of it.</param>
/// <param name="Inputs">The names of what it takes; an empty one leaves an optional input out.</param>
/// <param name="Output">The name of what it gives.</param>
/// <param name="Attributes">Its attributes: a long, long[], float, string or branch each.</param>
internal sealed record GraphOperation(
    string Operation, IReadOnlyList<string> Inputs, string Output, IReadOnlyList<(string Name, object Value)> Attributes);

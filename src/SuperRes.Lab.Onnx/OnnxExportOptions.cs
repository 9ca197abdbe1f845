using static TorchSharp.torch;

namespace SuperRes.Lab.Onnx;

/// <summary>How a model is written as ONNX.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>The data type of weights and convolutions: float32 (default) or float16. Pictures stay float32.</summary>
    public ScalarType Dtype { get; init; } = ScalarType.Float32;

    /// <summary>The data type that weights are stored in; they are converted when the file is loaded. Default: <see
    /// cref="Dtype"/>.</summary>
    public ScalarType? StoredAs { get; init; }

    /// <summary>Side in pixels of the only input that the file takes, at least 16; 0 (default): any height and width.</summary>
    public int Tile { get; init; }

    /// <summary>
    /// Whether the enlargement before the network is part of the file, so that its input has the picture's own size. Default: true. Without
    /// it the input is already as large as the output.
    /// </summary>
    public bool Enlarges { get; init; } = true;

    /// <summary>Refuses values that can't work.</summary>
    /// <exception cref="InputException">An option is outside its range.</exception>
    public void Validate()
    {
        if (Dtype is not (ScalarType.Float32 or ScalarType.Float16) || StoredAs is not (null or ScalarType.Float32 or ScalarType.Float16))
        {
            throw new InputException($"The data type {StoredAs ?? Dtype} can't be exported; use float32 or float16.");
        }

        if (Tile is not 0 and < 16)
        {
            throw new InputException($"The tile of {Tile} pixels is too small; use at least 16, or none for any size.");
        }
    }
}

using System.Runtime.InteropServices;
using SuperRes.Lab.Imaging;
using static TorchSharp.torch;

namespace SuperRes.Lab.Inference;

/// <summary>The rows of a picture from the top down, made or read when they are asked for, so that a picture need not be in memory as a
/// whole.</summary>
/// <param name="width">Pixels of a row.</param>
/// <param name="height">How many rows there are.</param>
internal abstract class RowSource(int width, int height) : IDisposable
{
    public int Width => width;

    public int Height => height;

    /// <summary>Takes the next rows.</summary>
    /// <param name="rows">count × width × 3 values in 0–1: R, G, B.</param>
    public abstract void Read(Span<float> rows);

    public virtual void Dispose()
    {
    }
}

/// <summary>The rows of a picture in memory.</summary>
internal sealed class PictureRows(RgbImage image) : RowSource(image.Width, image.Height)
{
    private int _at;

    public override void Read(Span<float> rows)
    {
        ReadOnlySpan<byte> pixels = image.Pixels.AsSpan(_at, rows.Length);
        for (int i = 0; i < pixels.Length; i++)
        {
            rows[i] = pixels[i] / 255f;
        }

        _at += rows.Length;
    }
}

/// <summary>The rows of a tensor 1×3×H×W, float32 on the CPU.</summary>
internal sealed class TensorRows(Tensor image) : RowSource((int)image.shape[3], (int)image.shape[2])
{
    private int _row;

    public override void Read(Span<float> rows)
    {
        int count = rows.Length / (Width * 3);
        using var scope = NewDisposeScope();
        MemoryMarshal.Cast<byte, float>(image.narrow(2, _row, count).permute(0, 2, 3, 1).contiguous().bytes).CopyTo(rows);
        _row += count;
    }
}

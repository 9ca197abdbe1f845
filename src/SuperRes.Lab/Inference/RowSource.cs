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

/// <summary>The rows of a picture of 16 bits in memory.</summary>
internal sealed class DeepRows(ushort[] pixels, int width, int height) : RowSource(width, height)
{
    private int _at;

    public override void Read(Span<float> rows)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = pixels[_at++] / (float)ushort.MaxValue;
        }
    }
}

/// <summary>The rows of a file, decoded as they are asked for: what would not fit into memory goes through all the same.</summary>
internal sealed class FileRows(ImageReader reader, FileStamp stamp, string path)
    : RowSource(reader.Width, reader.Height)
{
    private int _row;

    public override void Read(Span<float> rows)
    {
        int count = rows.Length / (Width * 3);
        for (int at = 0; at < rows.Length; at += Width * 3)
        {
            byte[] row = reader.ReadRows(1);
            ReadOnlySpan<ushort> deep = MemoryMarshal.Cast<byte, ushort>(row);
            for (int i = 0; i < Width * 3; i++)
            {
                rows[at + i] = reader.Bits == 8 ? row[i] / 255f : deep[i] / (float)ushort.MaxValue;
            }
        }

        _row += count;
        if (_row == Height)
        {
            stamp.RequireSame(path);
        }
    }

    public override void Dispose() => reader.Dispose();
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

/// <summary>Rows whose masked pixels are missing: not a number.</summary>
internal sealed class MaskedRows : RowSource
{
    private readonly RowSource _rows;
    private readonly RgbImage _mask;
    private int _at;

    public MaskedRows(RowSource rows, RgbImage mask)
        : base(rows.Width, rows.Height)
    {
        (_rows, _mask) = (rows, mask);
        if ((mask.Width, mask.Height) != (rows.Width, rows.Height))
        {
            throw new InputException($"The mask has {mask.Width}×{mask.Height} pixels and the image {rows.Width}×{rows.Height}; give a "
                + $"mask of the image's size.");
        }
    }

    public override void Read(Span<float> rows)
    {
        _rows.Read(rows);
        for (int i = 0; i < rows.Length; i += 3, _at += 3)
        {
            if (_mask.Pixels[_at] + _mask.Pixels[_at + 1] + _mask.Pixels[_at + 2] > 3 * 127)
            {
                rows.Slice(i, 3).Fill(float.NaN);
            }
        }
    }

    public override void Dispose() => _rows.Dispose();
}

using System.IO.Hashing;
using static TorchSharp.torch;

namespace SuperRes.Lab.Weights;

/// <summary>Moves the raw little-endian bytes of tensors to and from streams, row-major, in pieces.</summary>
internal static class TensorBytes
{
    // One span can't address more than 2 GB, and a piece this large costs nothing to hand over.
    private const long PieceBytes = 64 << 20;

    /// <summary>Writes a tensor's elements in row-major order; strides and device are whatever they are.</summary>
    public static void Write(Tensor tensor, Stream stream, int elementSize)
    {
        using Tensor plain = tensor.detach();
        using Tensor here = plain.cpu();
        using Tensor rows = here.contiguous();
        ForEachPiece(rows, elementSize, piece => stream.Write(piece.bytes));
    }

    /// <summary>Fills a contiguous tensor in main memory from a stream.</summary>
    /// <exception cref="EndOfStreamException">The stream ends too early.</exception>
    public static void Read(Tensor contiguous, Stream stream, int elementSize) =>
        ForEachPiece(contiguous, elementSize, piece => stream.ReadExactly(piece.bytes));

    /// <summary>The zip checksum of a contiguous tensor's bytes.</summary>
    public static uint Crc(Tensor contiguous, int elementSize)
    {
        var crc = new Crc32();
        ForEachPiece(contiguous, elementSize, piece => crc.Append(piece.bytes));
        return crc.GetCurrentHashAsUInt32();
    }

    private static void ForEachPiece(Tensor contiguous, int elementSize, Action<Tensor> action)
    {
        long count = contiguous.numel(), pieceCount = PieceBytes / elementSize;
        if (count == 0)
        {
            return;
        }

        using Tensor flat = contiguous.view(-1);
        for (long start = 0; start < count; start += pieceCount)
        {
            using Tensor piece = flat.narrow(0, start, Math.Min(pieceCount, count - start));
            action(piece);
        }
    }
}

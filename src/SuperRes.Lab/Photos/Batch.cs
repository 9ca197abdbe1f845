using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SuperRes.Lab.Photos;

/// <summary>
/// A batch of pairs. Its memory goes back to the loader when it is disposed: whoever needs the values for longer clones them.
/// </summary>
public sealed class Batch : IDisposable
{
    private readonly BatchLoader _loader;
    private BatchBuffer? _buffer;

    internal Batch(BatchLoader loader, BatchBuffer buffer, int[] indices, LoaderPosition position, BatchShare? share)
    {
        (_loader, _buffer, Indices, Position, Share) = (loader, buffer, indices, position, share);
        Input = buffer.Input.narrow(0, 0, indices.Length).DetachFromDisposeScope();
        Target = buffer.Target.narrow(0, 0, indices.Length).DetachFromDisposeScope();
    }

    /// <summary>N×3×S×S, float32 in 0–1: the degraded pictures, already enlarged to the target's size.</summary>
    public Tensor Input { get; }

    /// <summary>N×3×S×S, float32 in 0–1.</summary>
    public Tensor Target { get; }

    /// <summary>Which photos of the source the pairs come from.</summary>
    public int[] Indices { get; }

    /// <summary>The batch's place in the stream.</summary>
    public LoaderPosition Position { get; }

    /// <summary>Which part of a batch that several ranks divide the pairs are; null where they are the whole batch.</summary>
    public BatchShare? Share { get; }

    /// <summary>Number of pairs.</summary>
    public int Count => Indices.Length;

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            Input.Dispose();
            Target.Dispose();
            _loader.Return(buffer);
        }
    }
}

/// <summary>Memory for one batch, used again and again.</summary>
internal sealed class BatchBuffer : IDisposable
{
    private readonly int _itemLength;

    public BatchBuffer(BatchLoaderOptions options)
    {
        _itemLength = 3 * options.CropSize * options.CropSize;
        Input = Make(options);
        Target = Make(options);
    }

    public Tensor Input { get; }

    public Tensor Target { get; }

    public Span<float> InputAt(int slot) => At(Input, slot);

    public Span<float> TargetAt(int slot) => At(Target, slot);

    public void Dispose()
    {
        Input.Dispose();
        Target.Dispose();
    }

    private static Tensor Make(BatchLoaderOptions options)
    {
        int most = (options.BatchSize + options.Ranks - 1) / options.Ranks;
        Tensor tensor = empty(most, 3, options.CropSize, options.CropSize).DetachFromDisposeScope();
        if (!options.PinMemory)
        {
            return tensor;
        }

        using (tensor)
        {
            return tensor.pin_memory().DetachFromDisposeScope();
        }
    }

    private Span<float> At(Tensor tensor, int slot) => MemoryMarshal.Cast<byte, float>(tensor.bytes).Slice(slot * _itemLength, _itemLength);
}

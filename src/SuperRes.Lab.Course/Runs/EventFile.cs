using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Google.Protobuf;
using SuperRes.Lab.Imaging;
using Tensorboard;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Course;

/// <summary>
/// A TensorBoard event file: scalars, pictures and histograms over the steps of a run. It begins with a mark from which TensorBoard knows
/// that what earlier files hold from that step on was interrupted.
/// </summary>
internal sealed class EventFile : IDisposable
{
    private const int Bins = 40;
    private const uint MaskDelta = 0xa282ead8;
    private readonly string _path;
    private readonly FileStream _stream;

    /// <summary>Makes a file that sorts behind those that are in the folder.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="firstStep">The first step that this file will hold.</param>
    /// <param name="clock">The clock; null for the system's.</param>
    public EventFile(string folder, long firstStep, TimeProvider? clock = null)
    {
        Clock = clock ?? TimeProvider.System;
        int number = Directory.EnumerateFiles(folder, "events.out.tfevents.*").Count();
        _path =
            Path.Combine(
            folder, string.Create(CultureInfo.InvariantCulture,
            $"events.out.tfevents.{Clock.GetUtcNow().ToUnixTimeSeconds():0000000000}.superres.{number:00000}"));
        _stream = new FileStream(_path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, 1 << 16);
        Write(new Event { FileVersion = "brain.Event:2" });
        Write(new Event { Step = firstStep, SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } });
    }

    private TimeProvider Clock { get; }

    /// <summary>Adds a number.</summary>
    public void Scalar(string tag, double value, long step) =>
        Write(step, new Summary.Types.Value { Tag = tag, SimpleValue = (float)value });

    /// <summary>Adds a picture.</summary>
    public void Picture(string tag, RgbImage image, long step) => Write(step, new Summary.Types.Value
    {
        Tag = tag,
        Image = new Summary.Types.Image { Width = image.Width, Height = image.Height, Colorspace = 3,
            EncodedImageString = ByteString.CopyFrom(ImageCodec.EncodePng(image)) },
    });

    /// <summary>Adds the distribution of a tensor's values.</summary>
    public void Histogram(string tag, Tensor values, long step)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor all = values.detach().cpu().to(ScalarType.Float32).flatten();
        (float low, float high) = (all.min().item<float>(), all.max().item<float>());
        float width = Math.Max((high - low) / Bins, 1e-12f);
        long[] counts = ((all - low) / width).clamp(0, Bins - 1).to(ScalarType.Int64).bincount(null, Bins).data<long>().ToArray();
        var histogram = new HistogramProto { Min = low, Max = high, Num = all.numel(), Sum = all.sum().item<float>(),
            SumSquares = all.square().sum().item<float>() };
        histogram.BucketLimit.AddRange(Enumerable.Range(1, Bins).Select(i => (double)low + ((double)width * i)));
        histogram.Bucket.AddRange(counts.Select(count => (double)count));
        Write(step, new Summary.Types.Value { Tag = tag, Histo = histogram });
    }

    /// <summary>Hands what was added to the file system, where TensorBoard sees it.</summary>
    public void Flush() => Guarded(() => _stream.Flush());

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // What failed before has said so.
        }
    }

    /// <summary>The checksum of the record format: CRC-32C, turned and shifted.</summary>
    internal static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }

    private void Write(long step, Summary.Types.Value value)
    {
        var entry = new Event { Step = step, Summary = new Summary() };
        entry.Summary.Value.Add(value);
        Write(entry);
    }

    private void Write(Event entry) => Guarded(() =>
    {
        entry.WallTime = Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        byte[] data = entry.ToByteArray();
        Span<byte> head = stackalloc byte[12], tail = stackalloc byte[4];
        BinaryPrimitives.WriteInt64LittleEndian(head, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], MaskedCrc(head[..8]));
        BinaryPrimitives.WriteUInt32LittleEndian(tail, MaskedCrc(data));
        _stream.Write(head);
        _stream.Write(data);
        _stream.Write(tail);
    });

    private void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (IOException e)
        {
            throw new InputException($"{_path} can't be written: {e.Message.TrimEnd('.')}; check the free space, and continue with "
                + $"--resume.", e);
        }
    }
}

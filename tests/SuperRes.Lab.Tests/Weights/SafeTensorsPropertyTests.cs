using System.Diagnostics;
using CsCheck;
using SuperRes.Lab.Weights;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Weights;

/// <summary>What must hold of any safetensors file; see also <see cref="TorchCheckpointPropertyTests"/>.</summary>
public sealed class SafeTensorsPropertyTests : IDisposable
{
    private static readonly ScalarType[] Types =
    [
        ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64,
        ScalarType.Int32, ScalarType.Int16, ScalarType.Int8, ScalarType.Byte, ScalarType.Bool,
    ];

    private static readonly Gen<Spec[]> Specs = Gen.Select(
            Gen.OneOf(Gen.String[1, 12], Gen.Const("漢字.😀"), Gen.Const("layers.0.weight"), Gen.Const("quote\"\\\n")),
            Gen.Int[0, Types.Length - 1].Select(i => Types[i]),
            Gen.Int[0, 5].Array[0, 4],
            Gen.Bool,
            (name, type, shape, transposed) =>
                new Spec(new string([.. name.Where(c => !char.IsSurrogate(c) || name == "漢字.😀")]), type, shape, transposed))
        .Array[0, 6];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WriteThenRead_AnyTensors_IsTheIdentity()
    {
        string path = _folder["any.safetensors"];
        Gen.Select(Specs, Gen.UInt, Gen.Dictionary(Gen.String.AlphaNumeric, Gen.String.AlphaNumeric)[0, 3]).Sample(
            (specs, seed, metadata) =>
            {
                using var scope = NewDisposeScope();
                var tensors = specs.DistinctBy(s => s.Name, StringComparer.Ordinal)
                    .Select((s, i) => (s.Name, Tensor: Make(s, seed + (uint)i))).ToList();
                SafeTensors.Write(path, tensors, metadata);
                using SafeTensors file = SafeTensors.Open(path);
                Assert.Equal(tensors.Count, file.Entries.Count);
                Assert.Equal(
                    metadata.OrderBy(m => m.Key, StringComparer.Ordinal), file.Metadata.OrderBy(m => m.Key, StringComparer.Ordinal));
                foreach ((string name, Tensor tensor) in tensors)
                {
                    Tensor read = file.Read(name);
                    Assert.Equal(tensor.dtype, read.dtype);
                    Assert.Equal(tensor.shape, read.shape);
                    Assert.Equal(RawBytes(tensor), RawBytes(read));
                }
            },
            iter: 300,
            threads: 1);
    }

    [Fact]
    public void Open_AnyBytesFlipped_GivesAnErrorOrTheFilesTensors()
    {
        using var scope = NewDisposeScope();
        string path = _folder["flipped.safetensors"];
        SafeTensors.Write(
            path,
            [("layer.weight", ones(3, 4)), ("layer.bias", zeros(3, ScalarType.BFloat16)), ("n", tensor(5L)),
                ("mask", ones(7, ScalarType.Bool)), ("none", empty(0, 3))],
            new Dictionary<string, string> { ["superres"] = "{}" });
        byte[] original = File.ReadAllBytes(path);
        int read = 0;
        Corruption.Of(original).Sample(
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                Assert.True(Cost.Of(() => read += TryRead(path, bytes)).Stays(bytes.Length));
            },
            iter: 1500,
            threads: 1);
        Assert.InRange(read, 50, 1450);
    }

    private static int TryRead(string path, byte[] bytes)
    {
        using var scope = NewDisposeScope();
        try
        {
            using SafeTensors file = SafeTensors.Open(path);
            long start = bytes.Length - file.Entries.Sum(e => e.ByteCount);
            foreach (SafeTensorEntry entry in file.Entries)
            {
                byte[] expected = bytes.AsSpan((int)(start + entry.Offset), (int)entry.ByteCount).ToArray();
                byte[] got = RawBytes(file.Read(entry.Name));
                Assert.Equal(entry.ElementType == ScalarType.Bool ? [.. expected.Select(b => b != 0 ? (byte)1 : (byte)0)] : expected, got);
            }

            return 1;
        }
        catch (InputException e)
        {
            Assert.Contains(path, e.Message, StringComparison.Ordinal);
            return 0;
        }
    }

    private static Tensor Make(Spec spec, uint seed)
    {
        long[] shape = [.. spec.Shape.Select(s => (long)s)];
        var random = new RandomStream(seed, "values");
        long count = shape.Aggregate(1L, (a, b) => a * b);
        Tensor values =
            tensor(Enumerable.Range(0, (int)count).Select(_ => random.Uniform(-300, 300)).ToArray(), ScalarType.Float64).reshape(shape);
        Tensor cast = spec.Type == ScalarType.Bool ? values.gt(0) : spec.Type == ScalarType.Byte
            ? values.abs().to(ScalarType.Int32).to(ScalarType.Byte) : values.to(spec.Type);
        return spec.Transposed && shape.Length > 1 ? cast.transpose(0, -1) : cast;
    }

    private static byte[] RawBytes(Tensor tensor) => tensor.numel() == 0 ? [] : tensor.contiguous().bytes.ToArray();

    private sealed record Spec(string Name, ScalarType Type, int[] Shape, bool Transposed);
}

/// <summary>Damaged copies of a file.</summary>
internal static class Corruption
{
    /// <summary>One to four changed bytes, now and then a piece cut off, doubled or inserted.</summary>
    public static Gen<byte[]> Of(byte[] original)
    {
        Gen<byte[]> flipped = Gen.Select(Gen.Int[0, original.Length - 1], Gen.Byte[1, 255]).Array[1, 4].Select(changes =>
        {
            byte[] copy = [.. original];
            foreach ((int at, byte mask) in changes)
            {
                copy[at] ^= mask;
            }

            return copy;
        });
        Gen<byte[]> cut = Gen.Int[0, original.Length - 1].Select(length => original[..length]);
        Gen<byte[]> inserted = Gen.Select(Gen.Int[0, original.Length], Gen.Byte.Array[1, 8])
            .Select((at, extra) => (byte[])[.. original[..at], .. extra, .. original[at..]]);
        return Gen.Frequency((8, flipped), (1, cut), (1, inserted));
    }
}

/// <summary>Managed memory and time that an action takes on this thread.</summary>
internal sealed record Cost(long Bytes, TimeSpan Time)
{
    // Stream buffers, the exception with its stack trace, and the test's own copies.
    private const long Constant = 2 << 20;

    public static Cost Of(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long began = Stopwatch.GetTimestamp();
        action();
        return new Cost(GC.GetAllocatedBytesForCurrentThread() - before, Stopwatch.GetElapsedTime(began));
    }

    public bool Stays(long fileBytes) => Bytes <= (4 * fileBytes) + Constant && Time < TimeSpan.FromSeconds(20);
}

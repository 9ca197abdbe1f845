using CsCheck;
using SuperRes.Lab.Weights;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Weights;

public sealed class TorchCheckpointPropertyTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> BothFormats => ["zip", "legacy"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(BothFormats))]
    public void Read_AnyBytesFlipped_GivesAnErrorOrTensors(string format)
    {
        byte[] original = Sample(format);
        string path = _folder["flipped.pth"];
        File.WriteAllBytes(path, original);
        string[] before;
        using (TorchCheckpointContent content = TorchCheckpoint.Read(path))
        {
            before = Outline(content);
        }

        int read = 0;
        Corruption.Of(original).Sample(
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                Assert.True(Cost.Of(() => read += TryRead(path, bytes.Length, format == "zip" ? before : null)).Stays(bytes.Length));
            },
            iter: 1500,
            threads: 1);

        // Both outcomes have to occur, or the test shows nothing.
        Assert.InRange(read, 20, 1480);
    }

    [Theory]
    [MemberData(nameof(BothFormats))]
    public void Read_GoldenBytesFlipped_GivesAnErrorOrTensors(string format)
    {
        byte[] original = File.ReadAllBytes(Shared.Require("golden", "pth", $"checkpoint_{format}.pth"));
        string path = _folder["flipped.pth"];
        Corruption.Of(original).Sample(
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                Assert.True(Cost.Of(() => TryRead(path, bytes.Length, expected: null)).Stays(bytes.Length));
            },
            iter: 1000,
            threads: 1);
    }

    [Fact]
    public void Read_RandomInstructions_GivesAnErrorOrTensors()
    {
        // Bytes that are instructions far more often than chance, so that the interpreter gets deep before it fails.
        byte[] codes = [.. "(.0124BCGJKMNQRTUXabcdehjlqrstu})]"u8, 0x80, 0x81, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8f, 0x90,
            0x91, 0x93, 0x94, 0, 1, 2, 3];
        string path = _folder["random.pth"];
        Gen.Int[0, codes.Length - 1].Select(i => codes[i]).Array[0, 200].Sample(
            random =>
            {
                byte[] bytes = PthBuilder.Legacy([0x80, 2, .. random, (byte)'.']);
                File.WriteAllBytes(path, bytes);
                Assert.True(Cost.Of(() => TryRead(path, bytes.Length, expected: null)).Stays(bytes.Length));
            },
            iter: 3000,
            threads: 1);
    }

    private static byte[] Sample(string format)
    {
        byte[] weights = new byte[48], flags = [1, 0, 1];
        Buffer.BlockCopy(Enumerable.Range(0, 12).Select(i => i * 0.5f).ToArray(), 0, weights, 0, 48);
        bool legacy = format == "legacy";
        byte[] pickle = PickleBuilder.Start().Op("}(")
            .Text("model").Op("}(")
            .Text("layer.weight").Tensor("Float", "0", 12, 0, [3, 4], [4, 1], legacy ? b => b.Op("N") : null)
            .Text("layer.bias").Tensor("Float", "0", 12, 4, [2], [4], legacy ? b => b.Op("N") : null)
            .Text("layer.mask").Tensor("Bool", "1", 3, 0, [3], [1], legacy ? b => b.Op("N") : null)
            .Op("u").Text("epoch").Int(7).Text("name").Text("quick").Op("u").Stop();
        return legacy ? PthBuilder.Legacy(pickle, littleEndian: true, ("0", 4, weights), ("1", 1, flags))
            : PthBuilder.Zip(pickle, ("0", weights), ("1", flags));
    }

    private static int TryRead(string path, long fileBytes, string[]? expected)
    {
        try
        {
            using TorchCheckpointContent content = TorchCheckpoint.Read(path);
            Assert.True(content.Tensors.Values.All(t => t.numel() * t.element_size() <= fileBytes + (16 << 20)));
            string[] outline = Outline(content);
            if (expected is not null)
            {
                Assert.Equal(expected, outline);
            }

            return 1;
        }
        catch (InputException e)
        {
            Assert.Contains(path, e.Message, StringComparison.Ordinal);
            return 0;
        }
    }

    /// <summary>Every tensor's name, shape and sum: touches all memory that a tensor claims to have.</summary>
    private static string[] Outline(TorchCheckpointContent content)
    {
        using var scope = NewDisposeScope();
        return [.. content.Tensors.Select(
            t => $"{t.Key} {t.Value.dtype} [{string.Join(",", t.Value.shape)}] {t.Value.to(ScalarType.Float64).sum().item<double>():R}")];
    }
}

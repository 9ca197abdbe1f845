using System.Text;
using SuperRes.Lab.Weights;
using TorchSharp;

namespace SuperRes.Lab.Tests.Weights;

public sealed class SafeTensorsBadInputTests : IDisposable
{
    private const string A = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("[1]", 0, "doesn't start with '{'")]
    [InlineData(" {}", 0, "doesn't start with '{'")]
    [InlineData("", 0, "doesn't start with '{'")]
    [InlineData("{", 0, "not valid JSON")]
    [InlineData("{}x", 0, "not valid JSON")]
    [InlineData("{}{}", 0, "not valid JSON")]
    [InlineData("{\"a\":1}", 0, "'a' is not described by an object")]
    [InlineData("{" + A + "," + A + "}", 8, "'a' occurs twice")]
    [InlineData("{" + A + ",\"\\u0061\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}", 16, "'a' occurs twice")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
        "'dtype' of tensor 'a' occurs twice")]
    [InlineData("{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "lacks")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}", 8, "lacks")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,9]}}", 8, "more than 2 numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[8],\"data_offsets\":[0,8]}}", 8, "F8_E4M3")]
    [InlineData("{\"a\":{\"dtype\":\"f32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "dtype f32")]
    [InlineData("{\"a\":{\"dtype\":32,\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "is not a string")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}", 8, "is not a list")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", 8, "whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]}}", 8, "whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[18446744073709551615],\"data_offsets\":[0,8]}}", 8, "whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,4294967296],\"data_offsets\":[0,8]}}", 8, "overflows")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905],\"data_offsets\":[0,4]}}", 4, "overflows")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8, "takes 12 bytes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", 8, "takes 8 bytes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12, "leaves a hole")]
    [InlineData("{" + A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[12,20]}}", 20, "'b' leaves a hole")]
    [InlineData("{" + A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12, "'b' overlaps")]
    [InlineData("{" + A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "'b' overlaps")]
    [InlineData("{" + A + "}", 9, "take 8 bytes and 9 are there")]
    [InlineData("{" + A + "}", 7, "cut short")]
    [InlineData("{\"__metadata__\":{\"a\":1}}", 0, "'a' is not a string")]
    [InlineData("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "'a' occurs twice")]
    [InlineData("{\"__metadata__\":[]}", 0, "not an object")]
    [InlineData("{\"__metadata__\":{\"a\":\"\\ud800\"}}", 0, "not valid JSON")]
    public void Open_HeaderIsWrong_SaysWhat(string header, int dataBytes, string reason)
    {
        string path = _folder["bad.safetensors"];
        File.WriteAllBytes(path, File8(Encoding.UTF8.GetBytes(header), dataBytes));
        AssertRefused(path, reason);
    }

    [Fact]
    public void Open_HeaderIsNoUtf8_SaysSo()
    {
        string path = _folder["bad.safetensors"];
        File.WriteAllBytes(path, File8([(byte)'{', (byte)'"', 0xff, (byte)'"', (byte)'}'], 0));
        AssertRefused(path, "not valid UTF-8");
    }

    [Theory]
    [InlineData(new byte[0], "has 0 bytes")]
    [InlineData(new byte[] { 1, 2, 3 }, "has 3 bytes")]
    [InlineData(new byte[] { 1, 0xe1, 0xf5, 5, 0, 0, 0, 0, 0 }, "limit of 100000000")]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0 }, "limit of 100000000")]
    [InlineData(new byte[] { 9, 0, 0, 0, 0, 0, 0, 0, (byte)'{' }, "cut short")]
    public void Open_LengthIsWrong_SaysWhat(byte[] bytes, string reason)
    {
        string path = _folder["bad.safetensors"];
        File.WriteAllBytes(path, bytes);
        AssertRefused(path, reason);
    }

    [Fact]
    public void Open_MissingFileOrFolder_SaysSo()
    {
        AssertRefused(_folder["absent.safetensors"], "does not exist");
        AssertRefused(_folder.Path, "is a folder");
    }

    [Fact]
    public void Open_ShapeOfAMillionOnes_IsRefusedAtBoundedCost()
    {
        string path = _folder["bad.safetensors"];
        byte[] bytes =
            File8(
            Encoding.UTF8.GetBytes($"{{\"a\":{{\"dtype\":\"F32\",\"shape\":[{string.Join(',', Enumerable.Repeat(1, 1_000_000))}"
                + $"],\"data_offsets\":[0,4]}}}}"), 4);
        File.WriteAllBytes(path, bytes);
        Assert.True(Cost.Of(() => AssertRefused(path, "more than 64 numbers")).Stays(bytes.Length));
    }

    [Fact]
    public void Open_ManySmallTensors_CostsLessThanFourTimesTheFile()
    {
        string path = _folder["many.safetensors"];
        string entries = string.Join(',',
            Enumerable.Range(0, 20_000).Select(i => $"\"{i:x}\":{{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}"));
        byte[] bytes = File8(Encoding.UTF8.GetBytes($"{{{entries}}}"), 0);
        File.WriteAllBytes(path, bytes);
        int count = 0;
        Cost cost = Cost.Of(() =>
        {
            using SafeTensors file = SafeTensors.Open(path);
            count = file.Entries.Count;
        });
        Assert.Equal(20_000, count);
        Assert.True(cost.Stays(bytes.Length), $"{cost.Bytes} bytes for a file of {bytes.Length}");
    }

    [Fact]
    public void Read_NameIsNotThere_NamesSomeThatAre()
    {
        string path = _folder["a.safetensors"];
        using torch.Tensor one = torch.ones(1);
        SafeTensors.Write(path, [("layers.0.weight", one)]);
        using SafeTensors file = SafeTensors.Open(path);
        Assert.Contains("'layers.0.weight'", Assert.Throws<InputException>(() => file.Read("layers.0.wait")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Write_WrongNamesOrTypes_AreRefusedBeforeAFileExists()
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor one = torch.ones(1), complex = torch.zeros(1, torch.complex64);
        string path = _folder["a.safetensors"];
        Assert.Throws<ArgumentException>(() => SafeTensors.Write(path, [("a", one), ("a", one)]));
        Assert.Throws<ArgumentException>(() => SafeTensors.Write(path, [("__metadata__", one)]));
        Assert.Throws<ArgumentException>(() => SafeTensors.Write(path, [("\ud800", one)]));
        Assert.Contains("ComplexFloat32", Assert.Throws<ArgumentException>(() => SafeTensors.Write(path, [("c", complex)])).Message,
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Write_FolderIsAFile_SaysSo()
    {
        File.WriteAllText(_folder["file"], "x");
        using torch.Tensor one = torch.ones(1);
        string path = Path.Combine(_folder["file"], "a.safetensors");
        Assert.Contains(path, Assert.Throws<InputException>(() => SafeTensors.Write(path, [("a", one)])).Message, StringComparison.Ordinal);
    }

    private static byte[] File8(byte[] header, int dataBytes) =>
        [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[dataBytes]];

    private static void AssertRefused(string path, string reason)
    {
        InputException refusal = Assert.Throws<InputException>(() => SafeTensors.Open(path));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
    }
}

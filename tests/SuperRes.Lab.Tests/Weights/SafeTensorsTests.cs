using System.Text;
using SuperRes.Lab.Weights;
using TorchSharp;

namespace SuperRes.Lab.Tests.Weights;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ThenOpen_GivesBackNamesValuesAndMetadata()
    {
        using var scope = torch.NewDisposeScope();
        string path = _folder["a.safetensors"];
        var values = torch.arange(6, torch.float32).reshape(2, 3);
        SafeTensors.Write(path, [("b", values), ("a", torch.tensor(7L)), ("t", values.t())], new Dictionary<string, string> { ["superres"] = "{\"é\":\"漢😀\"}" });

        torch.Tensor read;
        using (SafeTensors file = SafeTensors.Open(path))
        {
            Assert.Equal(["a", "b", "t"], file.Entries.Select(e => e.Name));
            Assert.Equal("{\"é\":\"漢😀\"}", file.Metadata["superres"]);
            Assert.Equal(7, file.Read("a").item<long>());
            Assert.Equal([3, 2], file.Read("t").shape);
            Assert.Equal([0f, 3, 1, 4, 2, 5], file.Read("t").data<float>().ToArray());
            read = file.Read("b");
        }

        Assert.Equal([0f, 1, 2, 3, 4, 5], read.data<float>().ToArray());
    }

    [Fact]
    public void Read_WrittenTo_LeavesTheFileAndOtherTensorsAlone()
    {
        using var scope = torch.NewDisposeScope();
        string path = _folder["a.safetensors"];
        SafeTensors.Write(path, [("a", torch.ones(4)), ("b", torch.zeros(4))]);
        byte[] before = File.ReadAllBytes(path);
        using SafeTensors file = SafeTensors.Open(path);
        file.Read("a").fill_(5);
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal(0f, file.Read("b").sum().item<float>());
    }

    [Fact]
    public void Write_OneTensor_EqualsTheReferenceByteForByte()
    {
        using var values = torch.arange(6, torch.float32).reshape(1, 1, 2, 3);
        using var stream = new MemoryStream();
        SafeTensors.Serialize(stream, [("attn0", values)]);
        byte[] header = Encoding.UTF8.GetBytes("{\"attn0\":{\"dtype\":\"F32\",\"shape\":[1,1,2,3],\"data_offsets\":[0,24]}}       ");
        Assert.Equal(72, header.Length);
        Assert.Equal([72, 0, 0, 0, 0, 0, 0, 0, .. header, 0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64, 0, 0, 160, 64], stream.ToArray());
    }
}

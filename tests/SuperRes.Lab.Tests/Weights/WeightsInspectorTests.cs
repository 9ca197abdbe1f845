using System.Text.Json;
using SuperRes.Lab.Course;
using SuperRes.Lab.Weights;
using TorchSharp;

namespace SuperRes.Lab.Tests.Weights;

public sealed class WeightsInspectorTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Describe_SafeTensors_CountsParametersWithoutBuffers()
    {
        using var scope = torch.NewDisposeScope();
        string path = _folder["a.safetensors"];
        SafeTensors.Write(
            path,
            [
                ("conv.weight_v", torch.zeros(4, 3, 3, 3)), ("conv.weight_g", torch.zeros(4, 1, 1, 1)),
                    ("conv.bias", torch.zeros(4, torch.bfloat16)),
                ("bn.weight", torch.zeros(4)), ("bn.running_mean", torch.zeros(4)), ("bn.running_var", torch.zeros(4)),
                    ("bn.num_batches_tracked", torch.tensor(1L)),
                ("sn.weight_u", torch.zeros(5)), ("sn.weight_v", torch.zeros(6)),
            ],
            new Dictionary<string, string> { ["superres"] = "{}" });
        WeightsDescription description = WeightsInspector.Describe(path);
        Assert.Equal("safetensors", description.Format);
        Assert.Equal(108 + 4 + 4 + 4, description.Parameters);
        Assert.Equal(9, description.TensorCount);
        Assert.Equal(((108 + 4 + 4 + 4 + 4 + 5 + 6) * 4) + 8 + 8, description.TensorBytes);
        Assert.Equal(new FileInfo(path).Length, description.FileBytes);
        Assert.Equal("{}", description.Metadata["superres"]);
        WeightsEntry bias = description.Entries.Single(e => e.Name == "conv.bias");
        Assert.Equal(("BF16", 8L), (bias.Type, bias.Bytes));
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("legacy")]
    public void Describe_FastaiCheckpoint_CountsTheModelAlone(string format)
    {
        WeightsDescription description = WeightsInspector.Describe(Shared.Require("golden", "pth", $"fastai_learner_save_{format}.pth"));
        Assert.Equal($"torch {format}", description.Format);
        Assert.Equal(18 + 2 + 2 + 2, description.Parameters);
        Assert.Equal(7 + 12, description.TensorCount);
        Assert.Equal([2, 1, 3, 3], description.Entries.Single(e => e.Name == "model.0.weight").Shape);
    }

    [Fact]
    public void Describe_NestedCheckpoint_ShowsPlainValuesAndSerialises()
    {
        WeightsDescription description = WeightsInspector.Describe(Shared.Require("golden", "pth", "checkpoint_zip.pth"));
        Assert.Equal("3", description.Metadata["epoch"]);
        Assert.Equal("2b", description.Metadata["name"]);
        Assert.Equal("None", description.Metadata["none"]);
        WeightsDescription? back = JsonSerializer.Deserialize<WeightsDescription>(JsonSerializer.Serialize(description));
        Assert.Equal(description.Entries.Select(e => (e.Name, e.Type, string.Join(',', e.Shape), e.Bytes)), back!.Entries.Select(
            e => (e.Name, e.Type, string.Join(',', e.Shape), e.Bytes)));
        Assert.Equal(description.Metadata, back.Metadata);
    }

    [Fact]
    public void Describe_SomethingElse_SaysWhatItIs()
    {
        string path = _folder["a.pth"];
        File.WriteAllText(path, "<html>");
        Assert.Contains("web page", Assert.Throws<InputException>(() => WeightsInspector.Describe(path)).Message, StringComparison.Ordinal);
        Assert.Contains("web page", Assert.Throws<InputException>(() => StateDictFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StateDictRead_AnyFormatAndExtension_GivesTheSameTensors()
    {
        using var scope = torch.NewDisposeScope();
        string zip = Shared.Require("golden", "pth", "fastai_learner_save_zip.pth"), path = _folder["weights.bin"];
        IReadOnlyDictionary<string, torch.Tensor> fromZip = StateDictFile.Read(zip);
        SafeTensors.Write(path, fromZip.Select(t => (t.Key, t.Value)));
        IReadOnlyDictionary<string, torch.Tensor> fromSafe = StateDictFile.Read(path),
            fromLegacy = StateDictFile.Read(Shared.Require("golden", "pth", "fastai_learner_save_legacy.pth"));
        Assert.Equal(7, fromZip.Count);
        Assert.All(
            fromZip, t => Assert.True(t.Value.eq(fromSafe[t.Key]).all().item<bool>() && t.Value.eq(fromLegacy[t.Key]).all().item<bool>()));
    }

    [Fact]
    public void RequireMatch_NamesAndShapesDiffer_CountsAndNamesTheFirst()
    {
        using var scope = torch.NewDisposeScope();
        var given = new Dictionary<string,
            torch.Tensor>(StringComparer.Ordinal) { ["a"] = torch.zeros(2), ["b"] = torch.zeros(3), ["x"] = torch.zeros(1) };
        (string, IReadOnlyList<long>)[] needed = [("a", [2]), ("b", [3, 1]), ("c", []), ("d", []), ("e", []), ("f", [])];
        Assert.Equal(
            "m.pth doesn't fit the model: 4 tensors are missing ('c', 'd', 'e', …); 1 tensor is not part of the model ('x'); 1 tensor is "
                + "of another shape ('b' [3] instead of [3, 1]); check the model's options (body, norm, blur, …).",
            Assert.Throws<InputException>(() => StateDictFile.RequireMatch("m.pth", needed, given)).Message);
        StateDictFile.RequireMatch("m.pth", [("a", [2]), ("b", [3]), ("x", [1])], given);
    }
}

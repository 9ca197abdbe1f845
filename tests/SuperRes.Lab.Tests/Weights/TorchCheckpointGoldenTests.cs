using System.Globalization;
using System.Numerics;
using System.Text.Json;
using SuperRes.Lab.Weights;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Weights;

public sealed class TorchCheckpointGoldenTests
{
    private static readonly string[] Formats = ["zip", "legacy"];

    public static TheoryData<string> BothFormats => [.. Formats];

    [Theory]
    [MemberData(nameof(BothFormats))]
    public void Read_StateDict_GivesEveryTensorAndItsOrder(string format)
    {
        JsonElement expected = Expected();
        using TorchCheckpointContent content = TorchCheckpoint.Read(Pth($"state_dict_{format}.pth"));
        IReadOnlyDictionary<string, Tensor> state = content.StateDict();
        Assert.Equal(expected.GetProperty("files").GetProperty($"state_dict_{format}.pth").GetProperty("order").EnumerateArray().Select(
            n => n.GetString()), state.Keys);
        AssertTensors(expected.GetProperty("tensors"), name => state[name]);
        Assert.Equal(state.Keys, content.Tensors.Keys);
        Assert.Equal("2", content.Root is CheckpointDictionary root ? root.Attributes!["_metadata"]["bn"]["version"].ToString() : null);
    }

    [Theory]
    [MemberData(nameof(BothFormats))]
    public void Read_SharedStorages_StayShared(string format)
    {
        using TorchCheckpointContent content = TorchCheckpoint.Read(Pth($"state_dict_{format}.pth"));
        content.Tensors["shared_a"].fill_(-1);
        using Tensor second = content.Tensors["shared_b"].contiguous();
        Assert.Equal([-1f, -1, 60, 70, 80, 90], second.data<float>().ToArray());
    }

    [Theory]
    [MemberData(nameof(BothFormats))]
    public void Read_FastaiLearnerSave_GivesModelAndOptimizer(string format)
    {
        JsonElement expected = Expected().GetProperty("files").GetProperty($"fastai_learner_save_{format}.pth");
        using TorchCheckpointContent content = TorchCheckpoint.Read(Pth($"fastai_learner_save_{format}.pth"));
        IReadOnlyDictionary<string, Tensor> state = content.StateDict();
        Assert.Equal(expected.GetProperty("model").EnumerateObject().Select(p => p.Name), state.Keys);
        AssertTensors(expected.GetProperty("model"), name => state[name]);
        foreach (JsonProperty entry in expected.GetProperty("opt_state").EnumerateObject())
        {
            AssertTensors(entry.Value, name => content.Tensors[$"opt.state.{entry.Name}.{name}"]);
        }

        CheckpointValue group = content.Root["opt"]["param_groups"][0];
        AssertPlain(expected.GetProperty("opt_param_groups")[0], group);
    }

    [Theory]
    [MemberData(nameof(BothFormats))]
    public void Read_NestedCheckpoint_GivesEveryKindOfValue(string format)
    {
        JsonElement expected = Expected();
        JsonElement file = expected.GetProperty("files").GetProperty($"checkpoint_{format}.pth");
        using TorchCheckpointContent content = TorchCheckpoint.Read(Pth($"checkpoint_{format}.pth"));
        AssertTensors(expected.GetProperty("tensors"), name => content.Tensors["model." + name]);
        foreach (string name in (string[])["epoch", "name", "unicode", "none", "flag", "neg", "float", "list", "set"])
        {
            AssertPlain(file.GetProperty(name), content.Root[name]);
        }

        Assert.Equal(BigInteger.Pow(2, 70), ((CheckpointScalar)content.Root["big"]).Value);
        Assert.Equal([0, 255], ((CheckpointBytes)content.Root["bytes"]).Value.ToArray());
        AssertPlain(file.GetProperty("opt").GetProperty("lr"), content.Root["opt"]["lr"]);
        AssertPlain(file.GetProperty("opt").GetProperty("betas"), content.Root["opt"]["betas"]);
        Assert.Equal(5L, ((CheckpointScalar)content.Root["opt"]["state"]["0"]["step"]).Value);
        Assert.Equal([1f, 1, 1, 1], content.Tensors["opt.state.0.exp_avg"].data<float>().ToArray());
        Assert.Equal(20, content.StateDict().Count);
    }

    [Theory]
    [MemberData(nameof(BothFormats))]
    public void Read_BareTensor_IsTheRoot(string format)
    {
        using TorchCheckpointContent content = TorchCheckpoint.Read(Pth($"bare_tensor_{format}.pth"));
        Assert.Equal([0f, 1, 2], content.Tensors[string.Empty].data<float>().ToArray());
        Assert.Contains("it is a tensor", Assert.Throws<InputException>(() => content.StateDict()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MALICIOUS_reduce_zip.pth", "posix.system")]
    [InlineData("MALICIOUS_reduce_legacy.pth", "posix.system")]
    [InlineData("MALICIOUS_eval_zip.pth", "eval")]
    [InlineData("MALICIOUS_eval_legacy.pth", "eval")]
    [InlineData("TRUNCATED_zip.pth", "cut short")]
    [InlineData("TRUNCATED_legacy.pth", "cut short")]
    public void Read_FileToRefuse_SaysWhyInOneSentenceAndRunsNothing(string name, string reason)
    {
        string path = Pth(name);
        string[] before = Directory.GetFileSystemEntries(Directory.GetCurrentDirectory());
        InputException refusal = Assert.Throws<InputException>(() => TorchCheckpoint.Read(path));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(". ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.Equal(before, Directory.GetFileSystemEntries(Directory.GetCurrentDirectory()));
    }

    [Fact]
    public void Golden_EveryFile_IsTested()
    {
        string[] tested =
            ["state_dict", "fastai_learner_save", "checkpoint", "bare_tensor", "MALICIOUS_reduce", "MALICIOUS_eval", "TRUNCATED"];
        Assert.Equal(
            tested.SelectMany(n => Formats.Select(f => $"{n}_{f}.pth")).Order(StringComparer.Ordinal),
            Directory.GetFiles(Shared.Require("golden", "pth"), "*.pth").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
    }

    private static string Pth(string name) => Shared.Require("golden", "pth", name);

    private static JsonElement Expected() => Shared.Golden(Path.Combine("pth", "expected.json"));

    private static void AssertTensors(JsonElement expected, Func<string, Tensor> tensor)
    {
        foreach (JsonProperty entry in expected.EnumerateObject())
        {
            AssertTensor(entry.Name, entry.Value, tensor(entry.Name));
        }
    }

    private static void AssertTensor(string name, JsonElement expected, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected.GetProperty("dtype").GetString(), Name(tensor.dtype));
        Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64()), tensor.shape);
        Assert.Equal(expected.GetProperty("stride").EnumerateArray().Select(s => s.GetInt64()), tensor.stride());
        Assert.Equal(expected.GetProperty("storage_offset").GetInt64(), tensor.storage_offset());
        JsonElement[] values = [.. expected.GetProperty("values_row_major").EnumerateArray()];
        Tensor flat = tensor.contiguous().reshape(-1);
        Assert.Equal(values.Length, flat.numel());
        if (tensor.is_floating_point())
        {
            double[] got = flat.to(ScalarType.Float64).data<double>().ToArray();
            Assert.Equal(values.Select(Number).Select(BitConverter.DoubleToInt64Bits), got.Select(
                v => BitConverter.DoubleToInt64Bits(double.IsNaN(v) ? double.NaN : v)));
        }
        else
        {
            long[] got = flat.to(ScalarType.Int64).data<long>().ToArray();
            Assert.True(values.Select(Integer).SequenceEqual(got), name);
        }
    }

    private static string Name(ScalarType type) => type switch { ScalarType.Byte => "uint8", _ => type.ToString().ToLowerInvariant() };

    private static double Number(JsonElement value) => value.ValueKind != JsonValueKind.String
        ? value.GetDouble()
        : value.GetString() switch { "nan" => double.NaN, "inf" => double.PositiveInfinity, "-inf" => double.NegativeInfinity,
            var text => double.Parse(text!, CultureInfo.InvariantCulture) };

    private static long Integer(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.String => long.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        _ => value.GetInt64(),
    };

    private static void AssertPlain(JsonElement expected, CheckpointValue value)
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Array:
                var list = Assert.IsType<CheckpointList>(value);
                Assert.Equal(expected.GetArrayLength(), list.Items.Count);
                Assert.All(expected.EnumerateArray().Zip(list.Items), pair => AssertPlain(pair.First, pair.Second));
                break;
            case JsonValueKind.Object:
                var dictionary = Assert.IsType<CheckpointDictionary>(value);
                Assert.Equal(expected.EnumerateObject().Select(p => p.Name), dictionary.Items.Select(i => i.Key.ToString()));
                Assert.All(expected.EnumerateObject(), p => AssertPlain(p.Value, dictionary[p.Name]));
                break;
            case JsonValueKind.String:
                Assert.Equal(expected.GetString(), Assert.IsType<CheckpointText>(value).Value);
                break;
            default:
                object? got = Assert.IsType<CheckpointScalar>(value).Value;
                Assert.Equal(Plain(expected, got is double), got);
                break;
        }
    }

    private static object? Plain(JsonElement value, bool asDouble) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => asDouble ? (object)value.GetDouble() : value.GetInt64(),
    };
}

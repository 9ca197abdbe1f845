using System.Text.Json;
using SuperRes.Lab.Models;

namespace SuperRes.Lab.Tests.Models;

public sealed class ModelCardTests
{
    [Fact]
    public void Metrics_ThatAreNotFinite_AreLeftOut()
    {
        var card = new ModelCard { Metrics = new Dictionary<string,
            double>(StringComparer.Ordinal) { ["valid_psnr"] = double.PositiveInfinity, ["valid_ssim"] = 0.9 } };
        Assert.Equal(["valid_ssim"], card.Metrics!.Keys);
        Assert.Contains("0.9", JsonSerializer.Serialize(card, OptionsJson.Compact), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_UnknownScaleTaskOrNormalization_IsNamed()
    {
        foreach ((ModelCard card, string fault) in new (ModelCard, string)[]
        {
            (new() { Scale = 0 }, "scale 0"), (new() { Scale = 1_000_000 }, "scale 1000000"), (new() { Task = "banana" }, "\"banana\""),
                (new() { Normalization = "none" }, "\"none\""),
        })
        {
            string message = Assert.Throws<InputException>(() => card.Validate("m.safetensors")).Message;
            Assert.StartsWith("m.safetensors is of a model with", message, StringComparison.Ordinal);
            Assert.Contains(fault, message, StringComparison.Ordinal);
        }

        new ModelCard().Validate("m.safetensors");
    }
}

using System.Text.Json;
using SuperRes.Lab.Models;

namespace SuperRes.Lab.Tests.Models;

public sealed class ModelCardTests
{
    [Fact]
    public void Metrics_ThatAreNotFinite_AreLeftOut()
    {
        var card = new ModelCard { Metrics = new Dictionary<string, double>(StringComparer.Ordinal) { ["valid_psnr"] = double.PositiveInfinity, ["valid_ssim"] = 0.9 } };
        Assert.Equal(["valid_ssim"], card.Metrics!.Keys);
        Assert.Contains("0.9", JsonSerializer.Serialize(card, OptionsJson.Compact), StringComparison.Ordinal);
    }
}

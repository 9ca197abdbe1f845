using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Models;

public sealed class LiteUnetTests
{
    private static readonly UnetOptions Small = new() { Body = "lite", Width = 0.25, Blocks = [1, 2, 1], Norm = NormType.None };

    [Theory]
    [InlineData(64, 64)]
    [InlineData(33, 47)]
    [InlineData(1, 1)]
    public void Forward_Untrained_ReturnsItsInput(int height, int width)
    {
        using DisposeScope scope = NewDisposeScope();
        using var unet = new LiteUnet(Small);
        Tensor input = randn(2, 3, height, width);
        Assert.True(unet.call(input).equal(input).all().item<bool>());
    }

    [Fact]
    public void Forward_Bfloat16_StaysNearFloat32()
    {
        using DisposeScope scope = NewDisposeScope();
        using RestorationNetwork unet = Trained();
        Tensor input = randn(1, 3, 40, 48), exact = unet.call(input);
        unet.ComputeType = ScalarType.BFloat16;
        Tensor coarse = unet.call(input);
        Assert.Equal(ScalarType.Float32, coarse.dtype);
        double error = (coarse - exact).abs().max().item<float>(), size = (exact - input).abs().max().item<float>();
        Assert.InRange(error, 1e-6, 0.05 * size);
    }

    [Fact]
    public void ReceptiveRadius_ChangeBeyondIt_IsNotSeen()
    {
        using DisposeScope scope = NewDisposeScope();
        using RestorationNetwork unet = Trained();
        const int Side = 256, Far = 128;
        int radius = unet.ReceptiveRadius;
        Assert.InRange(radius, 20, Far);
        Tensor input = randn(1, 3, Side, Side), changed = input.clone();
        changed[0, 0, Far, Far] = 100;
        Tensor columns = (unet.call(input) - unet.call(changed)).abs().amax([0, 1, 2]);
        float[] seen = columns.data<float>().ToArray();
        int reach = Enumerable.Range(0, Side).Where(x => seen[x] > 0).Max(x => Math.Abs(x - Far));
        Assert.InRange(reach, radius / 2, radius);
    }

    [Fact]
    public void Groups_HoldEachParameterOnce()
    {
        using RestorationNetwork unet = RestorationNetwork.Create(Small);
        Assert.IsType<LiteUnet>(unet);
        string[] grouped = [.. unet.Groups.SelectMany(group => group.Parameters).Select(parameter => parameter.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(unet.named_parameters().Select(parameter => parameter.name).Order(StringComparer.Ordinal), grouped);
        Assert.Equal(3, unet.Groups.Count);
        Assert.All(unet.Groups, group => Assert.NotEmpty(group.Parameters));
    }

    [Fact]
    public void Save_ThenLoad_GivesTheSameNetwork()
    {
        using DisposeScope scope = NewDisposeScope();
        using var folder = new TempFolder();
        using RestorationNetwork unet = Trained();
        string file = Path.Combine(folder.Path, "lite.safetensors");
        RestorationModel.Save(file, unet, new ModelCard());
        using RestorationModel loaded = RestorationModel.Load(file);
        unet.eval();
        Tensor input = randn(1, 3, 24, 24);
        Assert.Equal(unet.Options.Body, loaded.Network.Options.Body);
        Assert.True(loaded.Network.call(input).equal(unet.call(input)).all().item<bool>());
    }

    [Fact]
    public void FastType_OfANetworkThatAddsToItsInput_IsBfloat16WhereItIsNative()
    {
        ScalarType native = Bfloat16.IsNativeOn(CPU) ? ScalarType.BFloat16 : ScalarType.Float32;
        var whole = new UnetOptions { Body = "resnet18", Width = 0.125, Blocks = [1, 1, 1, 1], Norm = NormType.Batch };
        Assert.Equal(native, Fast(Small));
        Assert.Equal(native, Fast(whole with { Residual = true }));
        Assert.Equal(ScalarType.Float32, Fast(whole));

        static ScalarType Fast(UnetOptions options)
        {
            using var model = new RestorationModel(RestorationNetwork.Create(options), new ModelCard(), "small");
            return model.FastType;
        }
    }

    [Theory]
    [InlineData(NormType.Batch, new[] { 1, 1, 1 }, "batch norm")]
    [InlineData(NormType.None, new[] { 1, 1, 1, 1 }, "three counts")]
    public void Options_Impossible_AreRefused(NormType norm, int[] blocks, string expected)
    {
        InputException error = Assert.Throws<InputException>(() => new LiteUnet(Small with { Norm = norm, Blocks = blocks }));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static RestorationNetwork Trained()
    {
        RestorationNetwork unet = RestorationNetwork.Create(Small);
        using IDisposable off = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((_, TorchSharp.Modules.Parameter value) in unet.named_parameters().Where(parameter => parameter.name.StartsWith("tail", StringComparison.Ordinal)))
        {
            value.copy_(randn_like(value) * 0.1);
        }

        return unet;
    }
}

using SuperRes.Lab.Experiments;
using SuperRes.Lab.Models;
using SuperRes.Lab.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Models;

public sealed class LiteUnetTests
{
    private static readonly LiteUnetOptions Small = new() { Width = 0.25, Blocks = [1, 2, 1], Norm = NormType.None };

    [Theory]
    [InlineData(64, 64)]
    [InlineData(33, 47)]
    [InlineData(1, 1)]
    public void Forward_Untrained_ReturnsItsInput(int height, int width) => SmallNetworks.AssertReturnsItsInput(Small, height, width);

    [Fact]
    public void Forward_Bfloat16_StaysNearFloat32() => SmallNetworks.AssertBfloat16StaysNearFloat32(Small);

    [Fact]
    public void ReceptiveRadius_ChangeBeyondIt_IsNotSeen() => SmallNetworks.AssertSeesItsRadius(Small, least: 20, height: 256, width: 256);

    [Fact]
    public void Groups_HoldEachParameterOnce()
    {
        using RestorationNetwork unet = RestorationNetwork.Create(Small);
        Assert.IsType<LiteUnet>(unet);
        SmallNetworks.AssertGroupsHoldEachParameterOnce(unet);
    }

    [Fact]
    public void Save_ThenLoad_GivesTheSameNetwork()
    {
        using DisposeScope scope = NewDisposeScope();
        using var folder = new TempFolder();
        using RestorationNetwork unet = SmallNetworks.Trained(Small);
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

        static ScalarType Fast(NetworkOptions options)
        {
            using var model = new RestorationModel(RestorationNetwork.Create(options), new ModelCard(), "small");
            return model.FastType;
        }
    }

    [Theory]
    [InlineData("lite-x2")]
    [InlineData("photo-x2")]
    [InlineData("photo-x4")]
    [InlineData("lite-restore")]
    [InlineData("retouch")]
    public void Predict_PictureOfOneColour_StaysThatColourToTheBorder(string name)
    {
        using RestorationModel model = RestorationModel.Load(Path.Combine(LabFolders.Models, name + ".safetensors"));
        foreach (float[] rgb in new float[][] { [1, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 0], [1, 1, 1], [0.2f, 0.5f, 0.9f] })
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor one = tensor(rgb).view(1, 3, 1, 1), colour = one.expand(1, 3, 43, 50);
            Assert.InRange((model.Predict(colour) - colour).abs().max().item<float>(), 0, 1f / 255);

            // Inside a picture too: what is far from what varies on the left, which is farther for a network that fills holes.
            int far = model.Network.HasMask ? 64 + model.ReceptiveRadius + model.SizeMultiple : 128;
            Tensor picture = one.expand(1, 3, 64, far + 64).clone();
            picture.narrow(3, 0, 64).copy_(rand(1, 3, 64, 64));
            Tensor right = model.Predict(picture).narrow(3, far, 64);
            Assert.InRange((right - picture.narrow(3, far, 64)).abs().max().item<float>(), 0, 1f / 255);
        }
    }

    [Fact]
    public void Predict_EqualNarrowPicturesInBfloat16_GivesEqualNumbers()
    {
        using RestorationModel model = RestorationModel.Load(Path.Combine(LabFolders.Models, "lite-x2.safetensors"));
        model.Network.ComputeType = ScalarType.BFloat16;
        foreach (int width in new[] { 1, 2, 5, 8, 11 })
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor picture = linspace(0, 1, 3 * 60 * width).view(1, 3, 60, width);
            Tensor[] results = [.. Enumerable.Range(0, 20).Select(_ => model.Predict(picture.clone()))];
            Assert.All(results, result => Assert.True(result.isfinite().all().item<bool>()));
            Assert.All(results, result => Assert.Equal(0, (result - results[0]).abs().max().item<float>()));
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
}

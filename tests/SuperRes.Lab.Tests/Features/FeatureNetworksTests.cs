using SuperRes.Lab.Features;
using SuperRes.Lab.Models;
using SuperRes.Lab.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Features;

public sealed class FeatureNetworksTests
{
    public static TheoryData<string> Names => [.. FeatureNetworks.All.Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Features_EachKind_GivesItsLayersAndStaysFixed(string name)
    {
        FeatureNetworkKind kind = FeatureNetworks.Get(name);
        using DisposeScope scope = NewDisposeScope();
        using FeatureNetwork network = kind.Create();
        network.train();
        Assert.False(network.training);
        Assert.All(network.parameters(), parameter => Assert.False(parameter.requires_grad));
        Assert.Equal(kind.DefaultLayers.Count, kind.DefaultWeights.Count);

        using Tensor image = rand(1, 3, 64, 64);
        IReadOnlyList<Tensor> all = network.Features(image, kind.LayerNames);
        Assert.Equal(kind.LayerNames.Count, all.Count);
        IReadOnlyList<Tensor> two = network.Features(image, [kind.LayerNames[0], kind.LayerNames[2]]);
        Assert.True(two[0].equal(all[0]).all().item<bool>());
        Assert.True(two[1].allclose(all[2]));
        Assert.All(kind.BlockLayers.Select(layer => all[kind.IndicesOf([layer])[0]]), layer => Assert.True(layer.min().item<float>() >= 0));
    }

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    public void Features_ResNet_EqualsTheNetworkItself(string body)
    {
        using DisposeScope scope = NewDisposeScope();
        using var plain = new ResNet(body, classes: 10);
        ReferenceValues.Fill(plain);
        plain.eval();
        using FeatureNetwork network = FeatureNetworks.Get(body)
            .FromWeights!(StateDict.Entries(plain).ToDictionary(entry => entry.Name, entry => entry.Value), body);
        using Tensor image = ImageNet.Normalize(ReferenceValues.Waves([0, 1], 64, 48));
        using IDisposable off = no_grad();
        var skips = new List<Tensor>();
        Tensor last = plain.Body.Forward(image, skips);
        IReadOnlyList<Tensor> features = network.Features(image, ["stem", "layer1", "layer2", "layer3", "layer4"]);

        foreach ((Tensor expected, Tensor actual) in skips.Append(last).Zip(features))
        {
            Assert.Equal(expected.shape, actual.shape);
            Assert.True((expected - actual).abs().max().item<float>() <= 1e-4f * expected.abs().max().item<float>());
        }
    }

    [Fact]
    public void Features_ResNetInBfloat16_StaysNearFloat32()
    {
        using DisposeScope scope = NewDisposeScope();
        using FeatureNetwork network = FeatureNetworks.Get("resnet18").Create();
        using Tensor image = ImageNet.Normalize(ReferenceValues.Waves([0], 64, 64));
        Tensor full = network.Features(image, ["layer2"])[0], half = network.Features(image.to(ScalarType.BFloat16), ["layer2"])[0];
        Assert.Equal(ScalarType.BFloat16, half.dtype);
        Assert.True((full - half.to(float32)).abs().mean().item<float>() < 0.02f * full.abs().mean().item<float>());
    }

    [Fact]
    public void Get_UnknownName_ListsTheNames() =>
        Assert.Contains("auto or one of alexnet, resnet18, resnet34, resnet50, squeezenet1_1, vgg16, vgg16_bn",
            Assert.Throws<InputException>(() => FeatureNetworks.Get("vgg19")).Message, StringComparison.Ordinal);

    [Fact]
    public void Features_UnknownLayer_NamesThoseThatAre()
    {
        using FeatureNetwork network = FeatureNetworks.Get("resnet18").Create();
        using Tensor image = rand(1, 3, 32, 32);
        Assert.Contains("use some of stem, layer1", Assert.Throws<InputException>(() => network.Features(image, ["layer5"])).Message,
            StringComparison.Ordinal);
        Assert.Throws<InputException>(() => network.Features(image, ["layer2", "layer1"]));
    }

    [Fact]
    public void TryLoad_ResNet18OfTheBuild_SeesWithImageNetsEyes()
    {
        string? bundled = PretrainedWeights.Get("resnet18").Bundled!.TryFind();
        Assert.SkipWhen(bundled is null, "This build comes without ResNet-18 (BundledResNet18=false).");
        using DisposeScope scope = NewDisposeScope();
        using FeatureNetwork network = FeatureNetworks.Get("resnet18").FromWeights!(StateDictFile.Read(bundled), bundled);
        Assert.Equal([2, 2, 2, 3], ResNet.BlocksIn(StateDict.Entries(network).Select(entry => entry.Name)));

        // Pixel noise changes a grey image's early features far more than its brightness does: the first filters look for edges.
        Tensor grey = full([1, 3, 64, 64], 0.5f), lighter = grey + 0.05f, noisy = grey
            + (0.05f * randn(1, 3, 64, 64, generator: new Generator(1)));
        double Change(Tensor other) =>
            (network.Features(ImageNet.Normalize(other), ["stem"])[0] - network.Features(ImageNet.Normalize(grey), ["stem"])[0])
            .narrow(2, 4, 24).narrow(3, 4, 24).abs().mean().item<float>();
        Assert.True(Change(noisy) > 2 * Change(lighter), $"{Change(noisy)} and {Change(lighter)}");
    }
}

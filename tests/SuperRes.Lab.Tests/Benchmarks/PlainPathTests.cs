using SuperRes.Lab.Benchmarks.Plain;
using SuperRes.Lab.Features;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Benchmarks;

/// <summary>What the library is timed against must do the same work.</summary>
public sealed class PlainPathTests
{
    [Fact]
    public void PlainTraining_SameWeights_GivesTheLibrarysPictureAndLoss()
    {
        using DisposeScope scope = NewDisposeScope();
        using var unet = new DynamicUnet(new UnetOptions());
        ReferenceValues.Fill(unet);
        var network = new Vgg16Features();
        ReferenceValues.Fill(network);
        using var loss = new FeatureLoss(network);
        using var plain = new PlainTraining();
        ReferenceValues.Fill(plain.Unet);
        ReferenceValues.Fill(plain.Vgg);
        Tensor input = ChannelsLast.Of(ReferenceValues.Waves([0], 64, 64)), target = ChannelsLast.Of(ReferenceValues.Waves([0], 64, 64, cosine: true));
        unet.eval();
        plain.Unet.eval();
        using IDisposable off = no_grad();

        Tensor prediction = unet.call(ImageNet.Normalize(input));
        Tensor difference = prediction - plain.Unet.call(ImageNet.Normalize(input));
        using LossTerms terms = loss.Compute(prediction, ImageNet.Normalize(target));

        Assert.Equal(StateDict.Entries(unet).Select(entry => entry.Name), StateDict.Entries(plain.Unet).Select(entry => entry.Name));
        Assert.InRange(difference.abs().max().item<float>(), 0, 1e-4 * prediction.abs().max().item<float>());
        float expected = terms.Total.item<float>();
        Assert.Equal(expected, plain.Loss(input, target).item<float>(), 1e-4f * expected);
    }
}

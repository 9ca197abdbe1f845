using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Models;

public sealed class ConvolutionTests
{
    [Theory]
    [InlineData(48, 24, 3, 1)]
    [InlineData(27, 27, 3, 1)]
    [InlineData(3, 16, 7, 2)]
    [InlineData(27, 3, 1, 1)]
    [InlineData(16, 32, 3, 2)]
    public void Forward_AnyChannels_EqualsTorchInValueAndGradient(int inChannels, int outChannels, int kernel, int stride)
    {
        using DisposeScope scope = NewDisposeScope();
        var conv = new Convolution(inChannels, outChannels, kernel, stride);
        Tensor ours = randn([2, inChannels, 20, 20], requires_grad: true);

        // In float64, because torch's own float32 answer is what may be NaN.
        Tensor plain = ours.detach().to(float64).requires_grad_();
        Tensor weight = conv.EffectiveWeight().detach().to(float64), bias = conv.Bias!.detach().to(float64);
        Tensor expected = nn.functional.conv2d(plain, weight, bias, [stride, stride], [kernel / 2, kernel / 2]);
        Tensor actual = conv.call(ours);
        Assert.Equal(expected.shape, actual.shape);
        Assert.True((actual - expected).abs().max().item<float>() < 1e-4);
        actual.pow(2).sum().backward();
        expected.pow(2).sum().backward();
        Assert.True((ours.grad! - plain.grad!).abs().max().item<float>() / plain.grad!.abs().max().item<float>() < 1e-4);
    }

    [Theory]
    [InlineData(48, 24)]
    [InlineData(27, 27)]
    [InlineData(48, 3)]
    public void Forward_BesideMemoryThatHeldNaN_StaysFinite(int inChannels, int outChannels)
    {
        using var conv = new Convolution(inChannels, outChannels, 3);
        for (int i = 0; i < 40; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            foreach (int channels in (int[])[inChannels, outChannels, 64])
            {
                full([16, channels, 32, 32], float.NaN).Dispose();
            }

            Tensor input = randn([16, inChannels, 32, 32], requires_grad: true);
            Tensor output = conv.call(input);
            Assert.True(output.isfinite().all().item<bool>());
            output.sum().backward();
            Assert.True(input.grad!.isfinite().all().item<bool>());
        }
    }
}

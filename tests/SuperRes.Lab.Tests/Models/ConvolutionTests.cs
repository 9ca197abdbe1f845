using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Models;

public sealed class ConvolutionTests
{
    /// <summary>Channel counts that fill no block of 16, in memory that held NaN before: what a library leaves unwritten shows.</summary>
    [Theory]
    [InlineData(60, 12, 3, ScalarType.Float32)]
    [InlineData(99, 99, 3, ScalarType.Float32)]
    [InlineData(11, 11, 3, ScalarType.Float32)]
    [InlineData(3, 8, 7, ScalarType.Float32)]
    [InlineData(8, 3, 3, ScalarType.Float32)]
    [InlineData(60, 12, 3, ScalarType.BFloat16)]
    [InlineData(99, 99, 3, ScalarType.BFloat16)]
    [InlineData(11, 11, 3, ScalarType.BFloat16)]
    [InlineData(99, 3, 1, ScalarType.BFloat16)]
    public void Forward_ChannelsThatFillNoBlock_EqualsDoubles(int inChannels, int outChannels, int kernel, ScalarType type)
    {
        double tolerance = type == ScalarType.Float32 ? 1e-5 : 1e-2;
        for (int i = 0; i < 3; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            full([1 << 20], float.NaN).Dispose();
            using var convolution = new Convolution(inChannels, outChannels, kernel);
            using Generator random = new((ulong)i + 1);
            Tensor input = randn([2, inChannels, 24, 20], generator: random).to(type).requires_grad_();
            Tensor output = convolution.call(input);
            Tensor direction = randn(output.shape, generator: random).to(type);
            output.backward([direction]);

            Tensor weight = convolution.EffectiveWeight().detach().to(type).to(float64).requires_grad_(),
                exact = input.detach().to(float64).requires_grad_();
            Tensor expected = nn.functional.conv2d(exact, weight, null, padding: [(kernel - 1) / 2, (kernel - 1) / 2]);
            expected.backward([direction.to(float64)]);
            AssertNear(expected, output, tolerance);
            AssertNear(exact.grad!, input.grad!, tolerance);
            AssertNear(weight.grad!, convolution.get_parameter("weight")!.grad!, tolerance);
        }
    }

    private static void AssertNear(Tensor expected, Tensor actual, double tolerance) =>
        Assert.InRange(((actual.to(float64) - expected).abs().max() / expected.abs().max()).item<double>(), 0, tolerance);
}

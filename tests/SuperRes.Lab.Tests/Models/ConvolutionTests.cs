using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Models;

public sealed class ConvolutionTests
{
    public static TheoryData<ScalarType, int, int, int, int> Shapes()
    {
        var rows = new TheoryData<ScalarType, int, int, int, int>();
        foreach (ScalarType type in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
        {
            foreach ((int inChannels, int outChannels, int kernel, int stride) in ((int, int, int, int)[])
                [(3, 64, 7, 2), (99, 99, 3, 1), (7, 3, 3, 1), (27, 24, 3, 2), (24, 27, 1, 1), (64, 128, 1, 2), (3, 3, 5, 1), (64, 3, 1, 1)])
            {
                rows.Add(type, inChannels, outChannels, kernel, stride);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward_MemoryFullOfNaNs_EqualsFloat64WithAllGradients(ScalarType type, int inChannels, int outChannels, int kernel, int stride)
    {
        using DisposeScope scope = NewDisposeScope();
        using var conv = new Convolution(inChannels, outChannels, kernel, stride);
        Tensor input = randn(2, inChannels, 12, 10).to(type), exact = input.to(ScalarType.Float64).requires_grad_(true);
        Tensor weight = conv.get_parameter("weight")!.detach().to(type).to(ScalarType.Float64).requires_grad_(true);
        Tensor expected = nn.functional.conv2d(exact, weight, null, [stride, stride], [kernel / 2, kernel / 2]);
        Tensor gradient = randn_like(expected).to(type);
        expected.backward([gradient.to(ScalarType.Float64)]);
        input.requires_grad_(true);

        // What freed memory holds must not matter; oneDNN has kernels that read it.
        foreach (int count in (int[])[1_000, 10_000, 100_000, 1_000_000])
        {
            full([count], float.NaN).Dispose();
        }

        Tensor output = conv.call(input);
        full([100_000], float.NaN).Dispose();
        output.backward([gradient]);

        double tolerance = type == ScalarType.Float32 ? 1e-5 : 2e-2;
        AssertClose(expected, output, tolerance);
        AssertClose(exact.grad!, input.grad!, tolerance);
        AssertClose(weight.grad!, conv.get_parameter("weight")!.grad!, tolerance);
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance) =>
        Assert.InRange(((actual.to(ScalarType.Float64) - expected).abs().max() / expected.abs().max()).item<double>(), 0, tolerance);
}

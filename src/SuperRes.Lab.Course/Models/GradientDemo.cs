using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Course;

/// <summary>Why residual connections: how a gradient fares on its way through stacks of convolutions at their random start.</summary>
public static class GradientDemo
{
    private const int Channels = 16;
    private const int Side = 24;
    private const int Repetitions = 5;

    /// <summary>
    /// The size of the gradient that reaches the input of a stack of 3×3 convolutions with ReLUs, torch's default start, when the output's
    /// squares are summed up; as a ratio to the gradient at the output, relative to the first depth.
    /// </summary>
    /// <param name="depths">Numbers of convolutions.</param>
    /// <param name="shortcut">Whether each convolution's input is added to its result.</param>
    /// <param name="seed">Decides weights and inputs.</param>
    /// <returns>A size per depth, the first 1: the geometric mean over some stacks.</returns>
    public static IReadOnlyList<double> Sizes(IReadOnlyList<double> depths, bool shortcut, long seed = 1)
    {
        using var random = new TorchSeed(seed, "gradient demo");
        double[] sizes =
            [.. depths.Select(depth => Math.Exp(Enumerable.Range(0, Repetitions).Average(_ => Math.Log(Ratio((int)depth, shortcut)))))];
        return [.. sizes.Select(size => size / sizes[0])];
    }

    private static double Ratio(int depth, bool shortcut)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor input = randn([2, Channels, Side, Side], requires_grad: true);
        Tensor x = input;
        for (int i = 0; i < depth; i++)
        {
            using var conv = nn.Conv2d(Channels, Channels, 3, padding: 1);
            Tensor change = nn.functional.relu(conv.call(x));
            x = shortcut ? x + (0.5f * change) : change;
        }

        Tensor direction = randn_like(x).detach();
        (x * direction).sum().backward();
        return input.grad!.norm().item<float>() / direction.norm().item<float>();
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>Random initial weights, which a <see cref="TorchSeed"/> decides, or <c>torch.manual_seed</c> where there is none.</summary>
internal static class Initialization
{
    [ThreadStatic]
    private static bool _isLeftOut;

    /// <summary>Until it is disposed, the networks that this thread makes get memory in place of random weights: their own weights come
    /// next, from a file.</summary>
    public static IDisposable LeaveOut()
    {
        _isLeftOut = true;
        return new LeftOut();
    }

    public static Tensor Normal(ReadOnlySpan<long> shape, double std = 1)
    {
        if (_isLeftOut)
        {
            return empty(shape);
        }

        using Scalar factor = Scalars.Of(std);
        return randn(shape, generator: TorchSeed.Generator) * factor;
    }

    /// <summary>He's initialisation for ReLU networks over the fan-in: σ = √(2 / fan-in), as <c>kaiming_normal_</c> does by
    /// default.</summary>
    public static Tensor KaimingNormal(ReadOnlySpan<long> shape)
    {
        using DisposeScope scope = NewDisposeScope();
        return Normal(shape, Math.Sqrt(2 / FanIn(shape))).MoveToOuterDisposeScope();
    }

    /// <summary>The same over the fan-out, which torchvision's residual networks start from.</summary>
    public static Tensor KaimingNormalFanOut(ReadOnlySpan<long> shape)
    {
        using DisposeScope scope = NewDisposeScope();
        double fanOut = FanIn(shape) / shape[1] * shape[0];
        return Normal(shape, Math.Sqrt(2 / fanOut)).MoveToOuterDisposeScope();
    }

    private static double FanIn(ReadOnlySpan<long> shape)
    {
        double fan = 1;
        foreach (long size in shape[1..])
        {
            fan *= size;
        }

        return fan;
    }

    private sealed class LeftOut : IDisposable
    {
        public void Dispose() => _isLeftOut = false;
    }
}

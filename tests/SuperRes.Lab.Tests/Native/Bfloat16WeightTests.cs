using SuperRes.Lab.Models;
using SuperRes.Lab.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Convolution = SuperRes.Lab.Models.Convolution;

namespace SuperRes.Lab.Tests.Native;

[Collection("counts tensors and random numbers")]
public sealed class Bfloat16WeightTests
{
    public static bool IsSupported => Bfloat16Rows.AreSupported;

    public static TheoryData<int, int, int, bool, int> Weights => new()
    {
        { 3, 8, 7, false, 0 },
        { 32, 20, 3, false, 0 },
        { 37, 5, 3, true, 0 },
        { 99, 99, 3, true, 13 },
        { 99, 3, 1, true, 0 },
        { 640, 300, 3, true, 0 },
        { 1, 4, 3, true, 0 },
    };

    [Theory(Skip = "this processor has no AVX-512", SkipUnless = nameof(IsSupported))]
    [MemberData(nameof(Weights))]
    public void WeightAndGradients_OfAnyShape_EqualThoseOfTorchsOperations(
        int inputs, int outputs, int kernel, bool weightNorm, int padding)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator random = new(5);
        using Convolution convolution = Create(inputs, outputs, kernel, weightNorm);
        (Parameter direction, Parameter? gain) = Parts(convolution);
        gain?.RandomizeLengths(random);
        Tensor upstream = randn([outputs + padding, inputs + padding, kernel, kernel], generator: random).to(bfloat16);

        Tensor expected = nn.functional.pad(convolution.EffectiveWeight().to(bfloat16), [0, 0, 0, 0, 0, padding, 0, padding]);
        expected.backward([upstream]);
        Tensor wanted = direction.grad!.clone();
        Tensor? wantedGain = gain?.grad!.clone();
        Forget(direction, gain);
        Tensor actual = Bfloat16Weight.Of(direction, gain, padding, padding);
        actual.backward([upstream]);

        // One unit of bfloat16 where the norm is rounded otherwise; nothing where there is none.
        Assert.InRange(Difference(expected, actual), 0, weightNorm ? 1.0 / 128 : 0);
        Assert.Equal(expected.shape, actual.shape);
        Assert.Equal(1, actual.stride(1));
        Assert.InRange(Difference(wanted, direction.grad!), 0, weightNorm ? 1e-5 : 0);
        if (gain is not null)
        {
            Assert.InRange(Difference(wantedGain!, gain.grad!), 0, 1e-5);
        }
    }

    [Fact(Skip = "this processor has no AVX-512", SkipUnless = nameof(IsSupported))]
    public void Gradients_OfTwoBackwards_AreAdded()
    {
        using DisposeScope scope = NewDisposeScope();
        using Convolution convolution = Create(32, 16, 3, weightNorm: true);
        (Parameter direction, Parameter? gain) = Parts(convolution);
        Tensor upstream = randn([16, 32, 3, 3]).to(bfloat16);
        Bfloat16Weight.Of(direction, gain, 0, 0).backward([upstream]);
        (Tensor once, Tensor gainOnce) = (direction.grad!.clone(), gain!.grad!.clone());

        Bfloat16Weight.Of(direction, gain, 0, 0).backward([upstream]);

        Assert.InRange(Difference(once * 2, direction.grad!), 0, 1e-6);
        Assert.InRange(Difference(gainOnce * 2, gain.grad!), 0, 1e-6);
    }

    [Fact(Skip = "this processor has no AVX-512", SkipUnless = nameof(IsSupported))]
    public void Gradients_OfFrozenParameters_StayAway()
    {
        using DisposeScope scope = NewDisposeScope();
        using Convolution convolution = Create(32, 16, 3, weightNorm: true);
        (Parameter direction, Parameter? gain) = Parts(convolution);
        direction.requires_grad = false;
        Bfloat16Weight.Of(direction, gain, 0, 0).to(float32).sum().backward();
        Assert.Null(direction.grad);
        Assert.NotNull(gain!.grad);

        gain.requires_grad = false;
        Assert.False(Bfloat16Weight.Of(direction, gain, 0, 0).requires_grad);
    }

    [Fact(Skip = "this processor has no AVX-512", SkipUnless = nameof(IsSupported))]
    public void Weight_WithNaNAndInfinity_KeepsThem()
    {
        using DisposeScope scope = NewDisposeScope();
        using Convolution convolution = Create(16, 1, 3, weightNorm: false);
        (Parameter direction, _) = Parts(convolution);
        float[] odd = [float.NaN, BitConverter.UInt32BitsToSingle(0x7FFFFFFF), float.PositiveInfinity, float.NegativeInfinity,
            float.MaxValue, -0f, float.Epsilon];
        using (no_grad())
        {
            direction.flatten().narrow(0, 0, odd.Length).copy_(tensor(odd));
        }

        Tensor actual = Bfloat16Weight.Of(direction, null, 0, 0).contiguous();

        Assert.True(actual.flatten().allclose(direction.detach().to(bfloat16).flatten(), rtol: 0, atol: 0, equal_nan: true));
    }

    [Fact(Skip = "this processor has no AVX-512", SkipUnless = nameof(IsSupported))]
    public void Backward_ManyTimes_LeavesNoTensors()
    {
        using Convolution convolution = Create(32, 16, 3, weightNorm: true);
        (Parameter direction, Parameter? gain) = Parts(convolution);
        Run();
        long before = Tensor.TotalCount;

        for (int i = 0; i < 20; i++)
        {
            Run();
        }

        Assert.Equal(before, Tensor.TotalCount);

        void Run()
        {
            using DisposeScope scope = NewDisposeScope();
            Bfloat16Weight.Of(direction, gain, 0, 0).to(float32).sum().backward();
            Forget(direction, gain);
        }
    }

    private static Convolution Create(int inputs, int outputs, int kernel, bool weightNorm) =>
        new(inputs, outputs, kernel, norm: weightNorm ? NormType.Weight : NormType.None);

    private static (Parameter Direction, Parameter? Gain) Parts(Convolution convolution) =>
        convolution.has_parameter("weight_v") ? (convolution.get_parameter("weight_v")!, convolution.get_parameter("weight_g"))
            : (convolution.get_parameter("weight")!, null);

    private static void Forget(Parameter direction, Parameter? gain)
    {
        direction.grad = null;
        gain?.grad = null;
    }

    private static double Difference(Tensor expected, Tensor actual) =>
        ((actual.to(float64) - expected.to(float64)).abs().max() / expected.to(float64).abs().max()).item<double>();
}

file static class GainExtensions
{
    /// <summary>Gains that are not the directions' lengths any more, as after some training.</summary>
    public static void RandomizeLengths(this Parameter gain, Generator random)
    {
        using IDisposable off = no_grad();
        gain.mul_(rand(gain.shape, generator: random).add_(0.5));
    }
}

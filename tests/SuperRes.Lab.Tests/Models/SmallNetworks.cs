using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Models;

/// <summary>What is asked of each of the networks that add a change to their input.</summary>
internal static class SmallNetworks
{
    /// <summary>A network in evaluation mode whose last layer no longer starts at zero.</summary>
    public static RestorationNetwork Trained(NetworkOptions options)
    {
        RestorationNetwork unet = RestorationNetwork.Create(options);
        using IDisposable off = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((_, TorchSharp.Modules.Parameter value) in unet.named_parameters().Where(
            parameter => parameter.name.StartsWith("tail", StringComparison.Ordinal)))
        {
            value.copy_(randn_like(value) * 0.1);
        }

        unet.eval();
        return unet;
    }

    public static void AssertReturnsItsInput(NetworkOptions options, int height, int width)
    {
        using DisposeScope scope = NewDisposeScope();
        using RestorationNetwork unet = RestorationNetwork.Create(options);
        unet.eval();
        Tensor input = randn(2, 3, height, width);
        Assert.True(unet.call(input).equal(input).all().item<bool>());
    }

    public static void AssertBfloat16StaysNearFloat32(NetworkOptions options)
    {
        using DisposeScope scope = NewDisposeScope();
        using RestorationNetwork unet = Trained(options);
        Tensor input = randn(1, 3, 40, 48), exact = unet.call(input);
        unet.ComputeType = ScalarType.BFloat16;
        Tensor coarse = unet.call(input);
        Assert.Equal(ScalarType.Float32, coarse.dtype);
        double error = (coarse - exact).abs().max().item<float>(), size = (exact - input).abs().max().item<float>();
        Assert.InRange(error, 1e-6, 0.05 * size);
    }

    /// <summary>How far a changed pixel reaches must be at most the radius, and more than half of it.</summary>
    public static void AssertSeesItsRadius(NetworkOptions options, int least, int height, int width)
    {
        using DisposeScope scope = NewDisposeScope();
        using RestorationNetwork unet = Trained(options);
        int radius = unet.ReceptiveRadius, far = width / 2;
        Assert.InRange(radius, least, far);
        Tensor input = randn(1, 3, height, width), changed = input.clone();
        changed[0, 0, height / 2, far] = 1000;
        Tensor columns = (unet.call(input) - unet.call(changed)).abs().amax([0, 1, 2]);
        float[] seen = columns.data<float>().ToArray();
        int reach = Enumerable.Range(0, width).Where(x => seen[x] > 0).Max(x => Math.Abs(x - far));
        Assert.InRange(reach, radius / 2, radius);
    }

    public static void AssertGroupsHoldEachParameterOnce(RestorationNetwork unet)
    {
        string[] grouped =
            [.. unet.Groups.SelectMany(group => group.Parameters).Select(parameter => parameter.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(unet.named_parameters().Select(parameter => parameter.name).Order(StringComparer.Ordinal), grouped);
        Assert.Equal(3, unet.Groups.Count);
        Assert.All(unet.Groups, group => Assert.NotEmpty(group.Parameters));
    }
}

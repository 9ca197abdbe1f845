using TorchSharp;

namespace SuperRes.Lab.Tests;

public sealed class NativeLoadingTests
{
    [Fact]
    public void Torch_AfterBuild_LoadsAndComputes()
    {
        using torch.Tensor sum = torch.ones(3, 4).sum();
        Assert.Equal(12f, sum.item<float>());
    }
}

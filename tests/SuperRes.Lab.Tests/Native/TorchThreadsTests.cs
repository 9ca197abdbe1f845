using SuperRes.Lab.Native;

namespace SuperRes.Lab.Tests.Native;

public sealed class TorchThreadsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void For_AnyCount_TakesEachNumberOnce(int count)
    {
        int[] taken = new int[count];

        TorchThreads.For(count, i => Interlocked.Increment(ref taken[i]));

        Assert.All(taken, times => Assert.Equal(1, times));
    }

    [Fact]
    public void For_FailingAction_PassesTheFailureOn()
    {
        var failure = Assert.Throws<InvalidOperationException>(
            () => TorchThreads.For(100, i => throw new InvalidOperationException("no. " + (i >= 0))));

        Assert.Equal("no. True", failure.Message);
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// Seeds torch's generator from a named stream for as long as it lives, and then gives it back the state that it had, so that making a network
/// changes nobody else's random numbers.
/// </summary>
public sealed class TorchSeed : IDisposable
{
    private readonly Tensor _before;

    /// <summary>Seeds the generator.</summary>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="name">What the numbers are for.</param>
    public TorchSeed(long seed, string name)
    {
        _before = random.get_rng_state().DetachFromDisposeScope();
        random.manual_seed((long)(new RandomStream(seed, "torch." + name).NextBits() >> 1));
    }

    /// <summary>Gives the state back.</summary>
    public void Dispose()
    {
        random.set_rng_state(_before);
        _before.Dispose();
    }
}

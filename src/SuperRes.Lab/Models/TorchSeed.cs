using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// For as long as it lives, networks that this thread makes take their random weights from a generator of their own, seeded from a named
/// stream:
/// nothing else that runs in the process can draw from it, and it changes nobody else's random numbers.
/// </summary>
public sealed class TorchSeed : IDisposable
{
    [ThreadStatic]
    private static TorchSeed? _current;

    private readonly TorchSeed? _outer;
    private readonly Generator _generator;

    /// <summary>Makes the generator.</summary>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="name">What the numbers are for.</param>
    public TorchSeed(long seed, string name)
    {
        _generator = new Generator(new RandomStream(seed, "torch." + name).NextBits() >> 1);
        (_outer, _current) = (_current, this);
    }

    /// <summary>The generator that weights are drawn from now; null for torch's own.</summary>
    internal static Generator? Generator => _current?._generator;

    /// <summary>Goes back to the generator that was in use before.</summary>
    public void Dispose()
    {
        _current = _outer;
        _generator.Dispose();
    }
}

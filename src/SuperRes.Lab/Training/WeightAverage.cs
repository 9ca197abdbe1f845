using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Training;

/// <summary>
/// An exponential moving average of a network's weights and batch-norm statistics (Polyak; Tarvainen and Valpola 2017). Early on it keeps
/// (1 + t) / (10 + t) after t steps where that is less, so that it forgets the start.
/// </summary>
public sealed class WeightAverage : IDisposable
{
    private readonly double _decay;
    private readonly List<(string Name, Tensor Live, Tensor Mean)> _entries = [];

    /// <summary>Starts with the network's weights.</summary>
    /// <param name="module">The network; it stays its owner's.</param>
    /// <param name="decay">Share that the average keeps at each step, 0 to 1.</param>
    public WeightAverage(nn.Module module, double decay)
    {
        if (decay is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(decay), decay, "The share that an average keeps lies between 0 and 1.");
        }

        _decay = decay;
        using IDisposable off = no_grad();
        foreach ((string name, Tensor live) in StateDict.Entries(module))
        {
            _entries.Add((name, live, live.detach().clone().DetachFromDisposeScope()));
        }
    }

    /// <summary>Steps averaged.</summary>
    public long Steps { get; private set; }

    /// <summary>Takes in the weights after a step.</summary>
    public void Update()
    {
        double keep = Math.Min(_decay, (1.0 + Steps) / (10 + Steps));
        Steps++;
        using IDisposable off = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using Scalar kept = Scalars.Of(keep), taken = Scalars.Of(1 - keep);
        foreach ((_, Tensor live, Tensor mean) in _entries)
        {
            if (live.is_floating_point())
            {
                mean.mul_(kept).add_(live, alpha: taken);
            }
            else
            {
                mean.copy_(live);
            }
        }
    }

    /// <summary>Puts the average into the network, and the network's weights in its place, until the result is disposed.</summary>
    /// <returns>Changes them back.</returns>
    public IDisposable Apply()
    {
        Exchange();
        return new Applied(this);
    }

    /// <summary>Puts the average into the network for good.</summary>
    public void Keep()
    {
        using IDisposable off = no_grad();
        foreach ((_, Tensor live, Tensor mean) in _entries)
        {
            live.copy_(mean);
        }
    }

    /// <summary>Frees the average.</summary>
    public void Dispose() => _entries.ForEach(entry => entry.Mean.Dispose());

    /// <summary>The average by name, for a checkpoint: the tensors themselves.</summary>
    internal IEnumerable<(string Name, Tensor Mean)> State() => _entries.Select(entry => (entry.Name, entry.Mean));

    /// <summary>Takes an average back from a checkpoint.</summary>
    internal void Restore(IReadOnlyDictionary<string, Tensor> values, long steps)
    {
        using IDisposable off = no_grad();
        foreach ((string name, _, Tensor mean) in _entries)
        {
            mean.copy_(values[name]);
        }

        Steps = steps;
    }

    private void Exchange()
    {
        using IDisposable off = no_grad();
        foreach ((_, Tensor live, Tensor mean) in _entries)
        {
            using Tensor kept = live.detach().clone();
            live.copy_(mean);
            mean.copy_(kept);
        }
    }

    private sealed class Applied(WeightAverage average) : IDisposable
    {
        private bool _isDone;

        public void Dispose()
        {
            if (!_isDone)
            {
                average.Exchange();
                _isDone = true;
            }
        }
    }
}

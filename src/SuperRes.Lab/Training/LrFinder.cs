namespace SuperRes.Lab.Training;

/// <summary>The LR finder's rules (Smith 2017; fastai's <c>LRFinder</c>), apart from any training: rates out, losses in.</summary>
public sealed class LrFinder
{
    private readonly double _start;
    private readonly double _end;
    private readonly LossSmoother _smoother = new();
    private readonly List<double> _rates = [];
    private readonly List<double> _losses = [];
    private double _best;

    /// <summary>Creates a finder.</summary>
    /// <param name="start">The first rate. fastai's is 1e-7.</param>
    /// <param name="end">The rate after the last step. fastai's is 10.</param>
    /// <param name="iterations">Steps at the most, at least 1. fastai's number is 100.</param>
    public LrFinder(double start = 1e-7, double end = 10, int iterations = 100)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(start);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(end, start);
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        (_start, _end, Iterations) = (start, end, iterations);
    }

    /// <summary>Steps at the most.</summary>
    public int Iterations { get; }

    /// <summary>The rate for the next step, the same for all layer groups.</summary>
    public double NextRate => _start * Math.Pow(_end / _start, _rates.Count / (double)Iterations);

    /// <summary>Records a step's loss.</summary>
    /// <param name="loss">The batch's loss.</param>
    /// <returns>Whether to continue: false after the last step, and when the smoothed loss exceeds four times its best or is NaN.</returns>
    public bool Record(double loss)
    {
        _rates.Add(NextRate);
        double smooth = _smoother.Add(loss);
        _losses.Add(smooth);
        if (_losses.Count == 1 || smooth < _best)
        {
            _best = smooth;
        }

        return _rates.Count < Iterations && !(smooth > 4 * _best || double.IsNaN(smooth));
    }

    /// <summary>What was seen so far.</summary>
    /// <returns>The result.</returns>
    public LrFinderResult Result() => new([.. _rates], [.. _losses]);
}

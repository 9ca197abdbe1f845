namespace SuperRes.Lab.Training;

/// <summary>An exponential moving average without the bias of its start (fastai's <c>SmoothenValue</c>, β = 0.98).</summary>
public sealed class LossSmoother
{
    private const double Beta = 0.98;
    private double _average;
    private int _count;

    /// <summary>Adds a value.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The smoothed value.</returns>
    public double Add(double value)
    {
        _count++;
        _average = (Beta * _average) + ((1 - Beta) * value);
        return Value;
    }

    /// <summary>The smoothed value; NaN before the first.</summary>
    public double Value => _count == 0 ? double.NaN : _average / (1 - Math.Pow(Beta, _count));

    /// <summary>The state, for a checkpoint.</summary>
    public (double Average, int Count) State
    {
        get => (_average, _count);
        set => (_average, _count) = value;
    }
}

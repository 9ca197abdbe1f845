namespace SuperRes.Lab.Training;

/// <summary>
/// One cycle (Smith 2018; fastai's <c>OneCycleScheduler</c>): the rate rises along half a cosine from a 25th of its maximum and falls to a
/// 250,000th, while the momentum falls and rises.
/// </summary>
public sealed class OneCycleSchedule : ISchedule
{
    private const double FinalDivisor = 1e4;
    private readonly double[] _maxima;
    private readonly double _divisor;
    private readonly double _momentumHigh;
    private readonly double _momentumLow;

    /// <summary>Creates a schedule.</summary>
    /// <param name="maxima">The highest rate of each layer group.</param>
    /// <param name="steps">Steps of the whole cycle, at least 1.</param>
    /// <param name="pctStart">Share of the steps on which the rate rises, 0 to 1.</param>
    /// <param name="divisor">The first rate is the maximum divided by this.</param>
    /// <param name="momentumHigh">Momentum at both ends.</param>
    /// <param name="momentumLow">Momentum where the rate is highest.</param>
    public OneCycleSchedule(
        IReadOnlyList<double> maxima,
        int steps,
        double pctStart = 0.3,
        double divisor = 25,
        double momentumHigh = 0.95,
        double momentumLow = 0.85)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (pctStart is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(pctStart), pctStart, "The share of rising steps lies between 0 and 1.");
        }

        (_maxima, _divisor, _momentumHigh, _momentumLow) = ([.. maxima], divisor, momentumHigh, momentumLow);
        Steps = steps;
        RisingSteps = (int)(steps * pctStart);
    }

    /// <summary>Steps of the whole cycle.</summary>
    public int Steps { get; }

    /// <summary>Steps on which the rate rises.</summary>
    public int RisingSteps { get; }

    /// <summary>The rate of each layer group while a step is made.</summary>
    /// <param name="step">0 for the first step; <see cref="Steps"/> for what is left behind after the last.</param>
    /// <returns>One rate a group.</returns>
    public double[] RatesAt(int step)
    {
        double[] rates = [.. _maxima];
        for (int i = 0; i < rates.Length; i++)
        {
            double low = rates[i] / _divisor, last = rates[i] / (_divisor * FinalDivisor);
            rates[i] = At(step, low, rates[i], last);
        }

        return rates;
    }

    /// <summary>The momentum (Adam's β₁) while a step is made.</summary>
    /// <param name="step">As in <see cref="RatesAt"/>.</param>
    /// <returns>The momentum.</returns>
    public double MomentumAt(int step) => At(step, _momentumHigh, _momentumLow, _momentumHigh);

    private static double Cosine(double from, double to, double share) => to + ((from - to) / 2 * (Math.Cos(Math.PI * share) + 1));

    private double At(int step, double first, double middle, double last) => step < RisingSteps || (step == 0 && RisingSteps > 0)
        ? Cosine(first, middle, step / (double)RisingSteps)
        : Cosine(middle, last, Steps == RisingSteps ? 0 : (step - RisingSteps) / (double)(Steps - RisingSteps));
}

using System.Globalization;
using SuperRes.Lab.IO;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Course;

/// <summary>Measures how fast a fit is and estimates how long the rest will take.</summary>
/// <param name="clock">The clock; null for the system's.</param>
public sealed class FitMeter(TimeProvider? clock = null)
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private int _first;
    private int _done;
    private RateMeter? _meter;

    /// <summary>Steps of the whole fit.</summary>
    public int Total { get; private set; }

    /// <summary>Share of the steps that are made, 0 to 1.</summary>
    public double Fraction => Total == 0 ? 0 : _done / (double)Total;

    /// <summary>Steps a second since the fit began or was resumed, validation included; 0 before the first.</summary>
    public double StepsPerSecond => _meter?.Rate(_done - _first) ?? 0;

    /// <summary>How long the rest of the fit will take at this rate.</summary>
    public TimeSpan Left => _meter?.Remaining(_done - _first, Total - _done) ?? TimeSpan.Zero;

    /// <summary>Starts the clock.</summary>
    /// <param name="learner">The learner, at the beginning of its fit.</param>
    /// <param name="totalSteps">Steps of the whole fit.</param>
    public void Begin(Learner learner, int totalSteps) =>
        (Total, _first, _done, _meter) = (totalSteps, learner.Progress.Step, learner.Progress.Step, new RateMeter(_clock));

    /// <summary>Counts a step and says how the fit goes.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="step">What happened.</param>
    /// <returns>Stage, epoch, loss with its terms, rate; without the time left.</returns>
    public string Describe(Learner learner, StepRecord step)
    {
        _done = step.Step + 1;
        int epochs = Math.Max(1, Total / learner.StepsPerEpoch), epoch = Math.Min(epochs, (step.Step / learner.StepsPerEpoch) + 1);
        IEnumerable<string> terms =
            learner.Loss.TermNames.Zip(step.Terms, (name, value) => string.Create(CultureInfo.InvariantCulture, $"{name} {value:0.000}"));
        string parts = step.Terms.Count > 1 ? $" ({string.Join(", ", terms)})" : "";
        string rate = StepsPerSecond >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{StepsPerSecond:0.0} steps/s")
            : string.Create(CultureInfo.InvariantCulture, $"{1 / Math.Max(1e-9, StepsPerSecond):0.0} s/step");
        return string.Create(CultureInfo.InvariantCulture,
            $"stage {learner.StageName}, epoch {epoch} of {epochs}, loss {step.SmoothLoss:0.0000}{parts}, {rate}");
    }
}

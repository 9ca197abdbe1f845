namespace SuperRes.Lab.Training;

/// <summary>Learning rates and momentum over the steps of a fit.</summary>
public interface ISchedule
{
    /// <summary>Steps of the whole fit.</summary>
    int Steps { get; }

    /// <summary>The learning rate of each layer group while a step is made.</summary>
    /// <param name="step">0 for the first step.</param>
    /// <returns>One rate a group.</returns>
    double[] RatesAt(int step);

    /// <summary>The momentum (Adam's β₁) while a step is made.</summary>
    /// <param name="step">0 for the first step; <see cref="Steps"/> for what is left behind after the last.</param>
    /// <returns>The momentum.</returns>
    double MomentumAt(int step);
}

using SuperRes.Lab.Training;

namespace SuperRes.Lab.Experiments;

/// <summary>Writes what a run folder shows people: report.html, the LR finder's plot, event files. The library writes none of these
/// itself.</summary>
public interface IRunReporter
{
    /// <summary>Writes the report of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="state">How it stands.</param>
    /// <param name="message">What is to be said of that; null for nothing.</param>
    void Write(ExperimentRun run, RunState state, string? message);

    /// <summary>Writes the plot of an LR finder.</summary>
    /// <param name="result">What it saw.</param>
    /// <param name="file">The PNG file.</param>
    void WritePlot(LrFinderResult result, string file);

    /// <summary>A callback that observes a stage, such as one that writes event files.</summary>
    /// <param name="run">The run.</param>
    /// <param name="steps">Steps of the run so far, those of earlier stages included.</param>
    /// <returns>The callback, which is disposed after the stage where it is disposable; null for none.</returns>
    LearnerCallback? Watch(ExperimentRun run, int steps);
}

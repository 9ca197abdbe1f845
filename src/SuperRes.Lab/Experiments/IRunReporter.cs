using SuperRes.Lab.Training;

namespace SuperRes.Lab.Experiments;

/// <summary>Draws what a run folder shows people: report.html and the LR finder's plot. The library draws nothing itself.</summary>
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
}

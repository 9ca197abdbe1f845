using SuperRes.Lab.Experiments;
using SuperRes.Lab.IO;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Course;

/// <summary>Writes a run folder's report, plots and event files.</summary>
public sealed class RunReporter : IRunReporter
{
    /// <inheritdoc/>
    public void Write(ExperimentRun run, RunState state, string? message) => RunReport.Write(run, state, message);

    /// <inheritdoc/>
    public void WritePlot(LrFinderResult result, string file) => AtomicFile.WriteAllBytes(file, result.Plot().ToPng() ?? []);

    /// <inheritdoc/>
    public LearnerCallback? Watch(ExperimentRun run, int steps) => new RunEvents(run, steps);
}

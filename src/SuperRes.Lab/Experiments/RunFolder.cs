using System.Globalization;
using System.Text;
using SuperRes.Lab.IO;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Experiments;

/// <summary>A run folder: experiment.json, metrics.csv, steps.csv, checkpoints/, samples/, event files and report.html.</summary>
public sealed class RunFolder
{
    private const int MetricsColumns = 8;
    private static readonly TimeSpan _endOfAProcess = TimeSpan.FromSeconds(3); // a killed one frees its memory before its lock

    private RunFolder(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The experiment with its defaults filled in.</summary>
    public string ExperimentFile => File("experiment.json");

    /// <summary>One row an epoch.</summary>
    public string MetricsFile => File("metrics.csv");

    /// <summary>The weights of the last finished stage.</summary>
    public string ModelFile => File("checkpoints", "model.safetensors");

    /// <summary>One row a step.</summary>
    public string StepsFile => File("steps.csv");

    /// <summary>The newest full training state; null where there is none.</summary>
    public string? StateFile => Checkpoints().Files.FirstOrDefault();

    /// <summary>The overview for people.</summary>
    public string ReportFile => File("report.html");

    /// <summary>The weights that a stage ended with.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <returns>The file.</returns>
    public string StageFile(string stage) => File("checkpoints", $"stage-{stage}.safetensors");

    /// <summary>The weights with the lowest validation loss of a stage so far.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <returns>The file.</returns>
    public string BestFile(string stage) => File("checkpoints", $"best-{stage}.safetensors");

    /// <summary>The batch with which a loss or a gradient became NaN or infinite.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="step">The step.</param>
    /// <returns>The file: "input" and "target".</returns>
    public string DivergedFile(string stage, int step) => File("diverged", FormattableString.Invariant($"{stage}-step{step}.safetensors"));

    /// <summary>The LR finder's plot from before a stage.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <returns>The file.</returns>
    public string LrPlotFile(string stage) => File($"lr-{stage}.png");

    /// <summary>A sample picture. Its name counts epochs from 1, in runs of 0.1 from 0.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="epoch">Epoch from 0.</param>
    /// <returns>The file.</returns>
    public string SampleFile(string stage, int epoch)
    {
        int first = System.IO.File.Exists(File("samples", $"{stage}-000.png")) ? 0 : 1;
        return File("samples", $"{stage}-{first + epoch:000}.png");
    }

    /// <summary>Opens a run folder, made where it is missing.</summary>
    /// <param name="path">The folder, or a name in runs/.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="InputException">It can't be made or written.</exception>
    public static RunFolder Create(string path)
    {
        var run = new RunFolder(Resolve(path));
        try
        {
            Directory.CreateDirectory(System.IO.Path.Combine(run.Path, "checkpoints"));
            Directory.CreateDirectory(System.IO.Path.Combine(run.Path, "samples"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The run folder {run.Path} can't be written: {e.Message.TrimEnd('.')}; choose another with "
                + $"--run.", e);
        }

        return run;
    }

    /// <summary>Whether a run, or the beginnings of one, is in a folder.</summary>
    /// <param name="path">The folder, or a name in runs/.</param>
    /// <returns>Whether it is.</returns>
    public static bool Exists(string path)
    {
        var run = new RunFolder(Resolve(path));
        return System.IO.File.Exists(run.ExperimentFile) || Directory.Exists(run.File("checkpoints"));
    }

    /// <summary>A run folder that need not be there; nothing is made.</summary>
    /// <param name="path">The folder, or a name in runs/.</param>
    /// <returns>The folder.</returns>
    public static RunFolder At(string path) => new(Resolve(path));

    /// <summary>Opens a run folder that must be there.</summary>
    /// <param name="path">The folder, or a name in runs/.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="InputException">It is not there.</exception>
    public static RunFolder Open(string path)
    {
        var run = new RunFolder(Resolve(path));
        return Exists(path)
            ? run
            : throw new InputException($"There is no run in {run.Path}; `superres train` makes one, or the notebooks from 04 on.");
    }

    /// <summary>The saved states.</summary>
    internal CheckpointFolder Checkpoints(int keep = 2) => new(File("checkpoints"), keep);

    /// <summary>Refuses the folder while a training is under way in it.</summary>
    /// <exception cref="InputException">One is.</exception>
    public void RequireFree() => Lock().Dispose();

    /// <summary>Keeps other processes, and other trainings of this one, out of the folder.</summary>
    /// <returns>The lock, to be disposed.</returns>
    /// <exception cref="InputException">A training is under way in the folder.</exception>
    internal IDisposable Lock() => FileLock.TryTake(File("run.lock"), _endOfAProcess)
        ?? throw new InputException($"Another training is under way in {LabFolders.Shown(Path)}; wait for its end, or choose another "
            + $"folder with --run.");

    /// <summary>Deletes half-written files that killed trainings have left; to be called under the lock.</summary>
    internal void DeleteLeftovers()
    {
        foreach (string folder in (string[])[Path, File("checkpoints"), File("samples")])
        {
            foreach (string leftover in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.????????.tmp") : [])
            {
                System.IO.File.Delete(leftover);
            }
        }
    }

    /// <summary>Writes metrics.csv.</summary>
    /// <param name="epochs">All rows.</param>
    public void WriteMetrics(IReadOnlyList<EpochRecord> epochs)
    {
        string[] terms = [.. epochs.SelectMany(epoch => epoch.Terms.Keys).Distinct(StringComparer.Ordinal)];
        var text =
            new StringBuilder($"stage,epoch,lr,train_loss,valid_loss,{string.Concat(terms.Select(term => term + ","))}psnr,ssim,seconds\n");
        foreach (EpochRecord epoch in epochs)
        {
            double[] values =
            [
                epoch.Rate, epoch.TrainLoss, epoch.ValidLoss, .. terms.Select(term => epoch.Terms.GetValueOrDefault(term, double.NaN)),
                epoch.Psnr, epoch.Ssim, Math.Round(epoch.Seconds, 3),
            ];
            IEnumerable<string> exact = values.Select(value => value.ToString("R", CultureInfo.InvariantCulture));
            text.Append(CultureInfo.InvariantCulture, $"{epoch.Stage},{epoch.Epoch + 1},{string.Join(',', exact)}\n");
        }

        AtomicFile.WriteAllText(MetricsFile, text.ToString());
    }

    /// <summary>Reads metrics.csv.</summary>
    /// <returns>All rows; none where the file is missing.</returns>
    /// <exception cref="InputException">A row can't be read; it is named.</exception>
    public IReadOnlyList<EpochRecord> ReadMetrics()
    {
        if (!System.IO.File.Exists(MetricsFile))
        {
            return [];
        }

        string[] lines = System.IO.File.ReadAllLines(MetricsFile);
        string[] columns = lines.Length == 0 ? [] : lines[0].Split(',');
        if (columns.Length < MetricsColumns)
        {
            throw new InputException($"{MetricsFile} has no header of metrics; restore the file or train again.");
        }

        var rows = new List<EpochRecord>();
        for (int i = 1; i < lines.Length; i++)
        {
            string[] cells = lines[i].Split(',');
            if (cells.Length != columns.Length)
            {
                throw new InputException($"{MetricsFile}, line {i + 1}, has {cells.Length} values for {columns.Length} columns; restore "
                    + $"the file or train again.");
            }

            double Parse((string Column, string Cell) value) => double.TryParse(value.Cell, CultureInfo.InvariantCulture, out double number)
                ? number
                : throw new InputException($"{MetricsFile}, line {i + 1}, has \"{value.Cell}\" for {value.Column}; restore the file or "
                    + $"train again.");
            Dictionary<string, double> values = columns.Zip(cells).Skip(1).ToDictionary(cell => cell.First, Parse, StringComparer.Ordinal);
            var terms = columns[5..^3].ToDictionary(term => term, term => values[term], StringComparer.Ordinal);
            // Epochs count from 1 within their stage; in runs of 0.1 from 0.
            int epoch = rows.Count(row => row.Stage == cells[0]);
            rows.Add(new EpochRecord(
                cells[0], epoch, values["lr"], values["train_loss"], values["valid_loss"], terms, values["psnr"],
                    values["ssim"], values["seconds"]));
        }

        return rows;
    }

    private static string Resolve(string path) => System.IO.Path.IsPathRooted(path) || path.Contains('/', StringComparison.Ordinal)
        || path.Contains('\\', StringComparison.Ordinal)
        ? System.IO.Path.GetFullPath(path)
        : System.IO.Path.Combine(LabFolders.Runs, path);

    private string File(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);
}

using System.Globalization;
using SuperRes.Lab.IO;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Experiments;

/// <summary>
/// steps.csv: one row a step, appended while a run trains. A checkpoint knows how many rows belong to it, so that a run that is resumed
/// from there cuts off what was written after it.
/// </summary>
internal sealed class StepLog : IDisposable
{
    private const int FixedColumns = 6;
    private readonly string _path;
    private readonly FileStream _stream;
    private readonly StreamWriter _writer;

    /// <summary>Opens the file for appending.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">Rows to keep of what is there.</param>
    /// <param name="groups">Layer groups.</param>
    /// <param name="terms">The loss's terms.</param>
    public StepLog(string path, int rows, int groups, IReadOnlyList<string> terms)
    {
        _path = path;
        string[] kept = File.Exists(path) ? [.. File.ReadLines(path).Skip(1).Take(rows)] : [];
        Rows = kept.Length;
        string header =
            $"stage,step,{string.Concat(Enumerable.Range(0, groups).Select(group => FormattableString.Invariant($"lr_{group},")))}"
            + $"momentum,loss,smooth_loss,gradient_norm{string.Concat(terms.Select(term => "," + term))}";
        AtomicFile.WriteAllText(path, string.Concat(kept.Prepend(header).Select(line => line + "\n")));
        _stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        _writer = new StreamWriter(_stream) { NewLine = "\n" };
    }

    /// <summary>Rows in the file.</summary>
    public int Rows { get; private set; }

    /// <summary>Reads the steps of a file.</summary>
    /// <param name="path">The file; no rows where it is missing.</param>
    public static IReadOnlyList<(string Stage, StepRecord Step)> Read(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        var rows = new List<(string, StepRecord)>();
        string[] columns = [];
        foreach (string line in File.ReadLines(path))
        {
            string[] cells = line.Split(',');
            if (columns.Length == 0)
            {
                columns = cells;
            }
            else if (cells.Length == columns.Length && Step(
                cells, columns.Count(column => column.StartsWith("lr_", StringComparison.Ordinal))) is { } step)
            {
                rows.Add((cells[0], step));
            }
        }

        return rows;
    }

    /// <summary>Adds a row.</summary>
    public void Append(string stage, StepRecord step)
    {
        double[] values = [.. step.Rates, step.Momentum, step.Loss, step.SmoothLoss];
        static string Exact(double value) => value.ToString("R", CultureInfo.InvariantCulture);
        string norm = double.IsNaN(step.GradientNorm) ? "" : Exact(step.GradientNorm);
        string number = step.Step.ToString(CultureInfo.InvariantCulture);
        IEnumerable<string> terms = step.Terms.Select(term => term.ToString("R", CultureInfo.InvariantCulture));
        IEnumerable<string> fields = [stage, number, .. values.Select(Exact), norm, .. terms];
        Guarded(() => _writer.WriteLine(string.Join(',', fields)));
        Rows++;
    }

    /// <summary>Brings all rows to the disk.</summary>
    public void Flush() => Guarded(() =>
    {
        _writer.Flush();
        _stream.Flush(flushToDisk: true);
    });

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        try
        {
            _writer.Dispose();
        }
        catch (IOException)
        {
            // Rows that are lost here come after the last checkpoint; what failed before has said so.
        }
    }

    private static StepRecord? Step(string[] cells, int groups)
    {
        var numbers = new double[cells.Length - 1];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (cells[i + 1].Length == 0)
            {
                numbers[i] = double.NaN; // a norm that was not measured; earlier versions wrote NaN
            }
            else if (!double.TryParse(cells[i + 1], CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }

        double[] rates = numbers[1..(1 + groups)], rest = numbers[(1 + groups)..];
        return cells.Length < FixedColumns + groups
            ? null
            : new StepRecord((int)numbers[0], rates[^1], rest[0], rest[1], rest[2]) { Rates = rates, GradientNorm = rest[3],
                Terms = [.. rest[4..].Select(term => (float)term)] };
    }

    private void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (IOException e)
        {
            throw new InputException($"{_path} can't be written: {e.Message.TrimEnd('.')}; check the free space, and continue with "
                + $"--resume.", e);
        }
    }
}

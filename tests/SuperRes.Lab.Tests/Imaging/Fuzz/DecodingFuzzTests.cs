using System.Diagnostics;
using System.Globalization;

namespace SuperRes.Lab.Tests.Imaging.Fuzz;

/// <summary>
/// Damaged files of every kind that is read, through decoding in processes of their own with a limit of memory: no crash, no hang, no file
/// that takes more. 20,000 by default, more by SUPERRES_FUZZ, from another number on by SUPERRES_FUZZ_FROM.
/// </summary>
public sealed class DecodingFuzzTests
{
    private const long MostMemory = 1L << 30;
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(10), _look = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task DamagedFiles_InProcessesOfTheirOwn_NeitherCrashNorHangNorSwell()
    {
        long count = Number("SUPERRES_FUZZ", 20_000), from = Number("SUPERRES_FUZZ_FROM", 0);
        int workers = count > 100_000 ? Environment.ProcessorCount : 1;
        string[][] faults = await Task.WhenAll(Enumerable.Range(0, workers).Select(
            w => Task.Run(() => Watch(from + (count * w / workers), from + (count * (w + 1) / workers)))));
        Assert.Empty(faults.SelectMany(found => found));
    }

    private static long Number(string variable, long usual)
        => Environment.GetEnvironmentVariable(variable) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : usual;

    /// <summary>Runs a range to its end; behind a file that ends its process, with another process.</summary>
    private static string[] Watch(long first, long end)
    {
        var faults = new List<string>();
        using var folder = new TempFolder();
        while (first < end && faults.Count < 20)
        {
            string? fault = RunOnce(first, end, folder["progress"], out long reached);
            if (fault is not null)
            {
                faults.Add($"file {reached}: {fault}");
            }

            first = fault is null ? end : reached + 1;
        }

        return [.. faults];
    }

    private static string? RunOnce(long first, long end, string progress, out long reached)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-class", typeof(FuzzWorker).FullName!])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [FuzzWorker.Variable] = $"{first}:{end}:{progress}", ["DOTNET_gcServer"] = "0" },
        };
        using Process worker = Process.Start(start)!;
        var output = new System.Text.StringBuilder();
        worker.OutputDataReceived += (_, line) => output.AppendLine(line.Data);
        worker.ErrorDataReceived += (_, line) => output.AppendLine(line.Data);
        worker.BeginOutputReadLine();
        worker.BeginErrorReadLine();
        (string? fault, long last, long since) = (null, -1, Stopwatch.GetTimestamp());
        while (fault is null && !worker.WaitForExit(_look))
        {
            worker.Refresh();
            long now = Reached(progress);
            (last, since) = now == last ? (last, since) : (now, Stopwatch.GetTimestamp());

            // The start counts too; a busy machine is given six times as long for that.
            fault = Stopwatch.GetElapsedTime(since) > (now < 0 ? 6 : 1) * _longest ? "took more than 10 seconds"
                : worker.HasExited || worker.WorkingSet64 <= MostMemory ? null
                : $"took {worker.WorkingSet64:N0} bytes";
        }

        if (fault is not null)
        {
            worker.Kill();
        }

        worker.WaitForExit();
        reached = Math.Max(first, Reached(progress));
        return fault ?? (worker.ExitCode == 0 && reached == end ? null : $"ended the process with {worker.ExitCode}: {Tail(output)}");
    }

    private static string Tail(System.Text.StringBuilder output)
    {
        lock (output)
        {
            return output.ToString(Math.Max(0, output.Length - 1500), Math.Min(1500, output.Length));
        }
    }

    private static long Reached(string progress)
    {
        try
        {
            using FileStream file = new(progress, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
            Span<byte> number = stackalloc byte[8];
            return file.ReadAtLeast(number, 8, throwOnEndOfStream: false) == 8 ? BitConverter.ToInt64(number) : -1;
        }
        catch (IOException)
        {
            return -1;
        }
    }
}

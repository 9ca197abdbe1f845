using System.Diagnostics;

namespace SuperRes.Lab.Benchmarks;

/// <summary>The largest memory of this process.</summary>
internal static class ProcessMemory
{
    private const string Forget = "/proc/self/clear_refs", ForgetPeakValue = "5";

    /// <summary>Bytes that were resident at the most.</summary>
    public static long Peak
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>Lets the peak begin anew where the system can (Linux); elsewhere it is that of the whole process.</summary>
    public static void ForgetPeak()
    {
        if (File.Exists(Forget))
        {
            File.WriteAllText(Forget, ForgetPeakValue);
        }
    }
}

using System.Runtime.InteropServices;

namespace SuperRes.Lab;

/// <summary>
/// Keeps the memory that torch frees within the process, for the next step needs the same again. glibc otherwise gives large blocks back to the
/// system at once, and the system clears each page anew when it is touched: on some virtual machines that takes longer than the arithmetic.
/// </summary>
internal static partial class NativeHeap
{
    private const int TrimThreshold = -1, MostMappedBlocks = -4;
    private static int _done;

    /// <summary>Takes effect for the whole process, once; nothing happens where the C library is not glibc.</summary>
    public static void KeepFreed()
    {
        if (Interlocked.Exchange(ref _done, 1) != 0 || !OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = SetOption(MostMappedBlocks, 0);
            _ = SetOption(TrimThreshold, int.MaxValue);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library: its own ways are as good as any.
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}

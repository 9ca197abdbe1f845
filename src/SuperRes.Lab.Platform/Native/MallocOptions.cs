using System.Runtime.InteropServices;

namespace SuperRes.Lab.Native;

/// <summary>
/// Keeps the memory that torch frees within the process, for the next step needs the same again, and takes it in large pages. glibc
/// otherwise gives large
/// blocks back to the system at once, and the system clears each page of 4 KiB anew when it is touched: on some virtual machines that takes
/// longer than
/// the arithmetic. Pages of 2 MiB are touched five hundred times less often.
/// </summary>
internal static partial class MallocOptions
{
    private const int TrimThreshold = -1, MostMappedBlocks = -4, Never = -1, LargePages = 14;
    private const long PageBytes = 1 << 21, MostBytes = 1L << 33;
    private static int _done;

    /// <summary>Takes effect for the whole process, once; nothing happens where the C library is not glibc.</summary>
    public static void KeepFreedMemory()
    {
        if (Interlocked.Exchange(ref _done, 1) != 0 || !OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = SetOption(MostMappedBlocks, 0);
            _ = SetOption(TrimThreshold, Never);
            AskForLargePages(Math.Min(MostBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2));
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library: its own ways are as good as any.
        }
    }

    /// <summary>
    /// Lets the heap grow over an address range, marks that for large pages, and frees it again: the heap keeps the range, of which no page
    /// exists before it
    /// is touched.
    /// </summary>
    private static void AskForLargePages(long bytes)
    {
        nint block = Allocate((nuint)bytes);
        if (block == 0)
        {
            return;
        }

        long start = (block + PageBytes - 1) / PageBytes * PageBytes;
        _ = Advise((nint)start, (nuint)(block + bytes - start), LargePages);
        Free(block);
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc.so.6", EntryPoint = "malloc")]
    private static partial nint Allocate(nuint bytes);

    [LibraryImport("libc.so.6", EntryPoint = "free")]
    private static partial void Free(nint block);

    [LibraryImport("libc.so.6", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nuint bytes, int advice);
}

using System.Runtime.InteropServices;

namespace SuperRes.Lab.Native;

/// <summary>
/// Ends the process when the runtime has shut down, without the destructors of loaded libraries: libtorch's take a tenth of a second to
/// free one by one what
/// the system frees at once.
/// </summary>
internal static partial class ProcessExit
{
    /// <summary>Takes effect when the process ends; the exit code stays. Nothing happens where the C library is not glibc.</summary>
    public static void SkipDestructors()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out nint library) || !NativeLibrary.TryGetExport(
            library, "_exit", out nint exit))
        {
            return;
        }

        try
        {
            // glibc calls it with the exit code, before the destructors of whatever was loaded earlier.
            _ = OnExit(exit, 0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library: its destructors run.
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "on_exit")]
    private static partial int OnExit(nint function, nint argument);
}

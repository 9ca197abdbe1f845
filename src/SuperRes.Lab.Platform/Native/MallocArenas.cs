using System.Runtime.InteropServices;
using System.Text;

namespace SuperRes.Lab.Native;

/// <summary>
/// Lets all threads of a process share glibc's main heap. Only that heap keeps freed memory and takes large pages; cells of notebooks run
/// on other threads,
/// whose heaps of 64 MiB give every large block back to the system, which clears it anew: a training step at 512 px took three times as
/// long.
/// glibc reads the setting when a process starts, so the process begins again, in its own place, with the setting in its environment.
/// </summary>
internal static partial class MallocArenas
{
    private const string Variable = "MALLOC_ARENA_MAX";

    /// <summary>Returns where nothing is to do: outside Linux, where the variable has a value already, or where starting again
    /// fails.</summary>
    public static void RestartWithOne()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable(
            Variable) is not null || Environment.ProcessPath is not { } program)
        {
            return;
        }

        try
        {
            string[] arguments = Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline"))[..^1].Split('\0');
            _ = SetVariable(Variable, "1", 1);
            _ = Execute(program, [.. arguments, null]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DllNotFoundException or EntryPointNotFoundException)
        {
            // Slower, but right.
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "execv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string program, string?[] arguments);
}

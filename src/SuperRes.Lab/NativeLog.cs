using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SuperRes.Lab;

/// <summary>
/// Leaves libtorch's own warnings out of the terminal: on a processor that NNPACK doesn't know it prints the same line at each convolution of some kinds. Its
/// errors come as exceptions in any case. <c>TORCH_CPP_LOG_LEVEL=WARNING</c> brings them back.
/// </summary>
internal static partial class NativeLog
{
    private const string Variable = "TORCH_CPP_LOG_LEVEL";

    /// <summary>Must run before libtorch is loaded, which reads the variable once; .NET's own way to set it doesn't reach the C library.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Whichever type of the library a program uses first, libtorch may be loaded by it.")]
    internal static void Quieten()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = SetVariable(Variable, "ERROR", overwrite: 0);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library: the lines stay.
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}

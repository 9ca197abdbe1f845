using System.Runtime.InteropServices;
using TorchSharp;

namespace SuperRes.Lab.Native;

/// <summary>
/// Leaves libtorch's own warnings out of the terminal: on a processor that NNPACK doesn't know it prints the same line at each convolution
/// of some kinds. Its
/// errors come as exceptions in any case.
/// </summary>
internal static class TorchLog
{
    private const int ErrorsOnly = 2;

    /// <summary>Takes effect for the whole process; nothing happens where the library's level is not found under its Linux or macOS
    /// name.</summary>
    public static void ShowErrorsOnly()
    {
        if (NativeLibrary.TryLoad("c10", typeof(torch).Assembly, null, out nint library) && NativeLibrary.TryGetExport(
            library, "FLAGS_caffe2_log_level", out nint level))
        {
            Marshal.WriteInt32(level, ErrorsOnly);
        }
    }
}

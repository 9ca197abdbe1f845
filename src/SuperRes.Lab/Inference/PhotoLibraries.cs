using System.Runtime.InteropServices;
using System.Text.Json;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;

namespace SuperRes.Lab.Inference;

/// <summary>What every photo waits for once, prepared beside other work.</summary>
public static class PhotoLibraries
{
    /// <summary>
    /// Loads libvips, finds what <see cref="NativeRuntime"/> corrects in libtorch, and prepares the reading of a model's card and the
    /// ledger of results, on a thread of its own while the caller reads a command line and loads libtorch. Not libtorch itself: what it
    /// allocates while it loads would cost a system call for each page on any but the main thread (glibc). A failure is left to whoever
    /// uses the library, who says what to do.
    /// </summary>
    /// <returns>Ends when all is ready; a program waits for it before it ends.</returns>
    public static Task Load() => Task.Run(() =>
    {
        try
        {
            Vips.Initialize();
            NativeRuntime.Prepare();
            OptionsJson.Read<ModelCard>(JsonSerializer.Serialize(new ModelCard(), OptionsJson.Compact), "a model's card");
            ResultLedger.Prepare();
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or InputException or ExternalException
            or NotSupportedException or IOException or UnauthorizedAccessException)
        {
            // The same is thrown where the library is used.
        }
    });
}

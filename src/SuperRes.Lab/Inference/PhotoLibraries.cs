using SuperRes.Lab.Imaging;
using SuperRes.Lab.Native;

namespace SuperRes.Lab.Inference;

/// <summary>The native libraries that every photo needs: libtorch, and libvips for files.</summary>
public static class PhotoLibraries
{
    /// <summary>
    /// Loads and prepares them on a thread of its own while the caller does something else, such as reading a command line and a model: half
    /// of what a small photo takes. A failure is left to whoever uses the library, who says what to do.
    /// </summary>
    /// <returns>Ends when they are loaded; a program waits for it before it ends.</returns>
    public static Task Load() => Task.Factory.StartNew(
        () =>
        {
            try
            {
                NativeRuntime.Initialize();
                Vips.Initialize();
            }
            catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or InputException
                or System.Runtime.InteropServices.ExternalException or NotSupportedException)
            {
                // The same is thrown where the library is used.
            }
        },
        // Not one of the pool's: a thread that used OpenMP keeps a team of threads until it ends.
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}

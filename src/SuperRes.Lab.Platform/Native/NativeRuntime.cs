using TorchSharp;

namespace SuperRes.Lab.Native;

/// <summary>
/// What makes torch's native libraries fast and safe in a .NET process. A program, a notebook or a server calls <see cref="Initialize"/>
/// once, as the first
/// thing it does. README.md in this folder says what each part does, why, on what evidence, and when it can go.
/// </summary>
public static class NativeRuntime
{
    private static readonly Lock _gate = new();
    private static volatile bool _isTorchReady;

    /// <summary>
    /// Sets what holds for the whole process: freed memory is kept (glibc), libtorch logs errors only, oneDNN's record of the processor's
    /// caches is corrected
    /// where a virtual machine hides them, and the calling thread can handle signals on processors with AMX. Can be called again, from any
    /// thread.
    /// </summary>
    /// <param name="loadTorch">
    /// Default: true. False leaves what needs torch's libraries to the first of this library's convolutions, for a program that may end
    /// without one.
    /// </param>
    /// <exception cref="InputException">oneDNN would compute wrong convolutions on this processor, and can be neither corrected nor
    /// switched off.</exception>
    public static void Initialize(bool loadTorch = true)
    {
        MallocOptions.KeepFreedMemory();
        AlternateSignalStack.Ensure();
        if (loadTorch)
        {
            EnsureTorch();
        }
    }

    /// <summary>Does what <see cref="Initialize"/> needs and can be done on another thread before libtorch is loaded.</summary>
    internal static void Prepare() => OneDnnCacheSizes.Prepare();

    /// <summary>
    /// Starts the process again, in its own place, with <c>MALLOC_ARENA_MAX=1</c>: for programs that train on threads other than the main
    /// one. To be called
    /// first in <c>Main</c>; returns where there is nothing to do (another C library than glibc, or the variable is set already).
    /// </summary>
    public static void RestartWithOneMallocArena() => MallocArenas.RestartWithOne();

    /// <summary>
    /// Lets the process end, once the runtime has shut down, without the destructors of native libraries: libtorch's take a tenth of a
    /// second. The exit code stays.
    /// </summary>
    public static void SkipNativeDestructorsAtExit() => ProcessExit.SkipDestructors();

    /// <summary>
    /// The door of this library's convolutions: whoever has not called <see cref="Initialize"/> still gets right results, and each thread
    /// its signal stack.
    /// </summary>
    internal static void EnsureConvolutions()
    {
        if (!_isTorchReady)
        {
            EnsureTorch();
        }

        AlternateSignalStack.Ensure();
    }

    /// <summary>Sees to it that no convolution runs through a oneDNN that computes wrongly.</summary>
    /// <param name="correctCaches">Corrects oneDNN; says whether it is safe now.</param>
    /// <param name="switchOffOneDnn">Makes torch use its own convolutions; says whether it does.</param>
    /// <exception cref="InputException">Neither works.</exception>
    internal static void RequireSafeConvolutions(Func<bool> correctCaches, Func<bool> switchOffOneDnn)
    {
        if (!correctCaches() && !switchOffOneDnn())
        {
            throw new InputException(
                $"This processor hides its cache sizes, so that oneDNN in libtorch {torch.__version__} computes wrong convolutions, and "
                    + $"it could "
                + "neither be corrected nor switched off: use libtorch 2.10.0, which this project's packages bring, or another machine.");
        }
    }

    private static void EnsureTorch()
    {
        lock (_gate)
        {
            if (!_isTorchReady)
            {
                UneditedLibTorchSharp.Load();
                TorchLog.ShowErrorsOnly();
                RequireSafeConvolutions(OneDnnCacheSizes.Correct, OneDnn.SwitchOff);
                _isTorchReady = true;
            }
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace SuperRes.Lab.Native;

/// <summary>
/// Work shared out over the threads that torch's own operations run on. They wait for the next operation in a loop, so that threads of
/// another pool would
/// have to share the cores with them. Where torch has no GNU OpenMP (it has on Linux), the runtime's pool does the work.
/// </summary>
internal static unsafe class TorchThreads
{
    private const string Library = "libgomp";
    private static readonly Lazy<nint> _parallel = new(Find);

    /// <summary>Calls an action for 0, 1, … count − 1, in any order, and returns when all are done.</summary>
    /// <param name="count">How often.</param>
    /// <param name="action">What to do with a number.</param>
    public static void For(int count, Action<int> action)
    {
        if (count == 1)
        {
            action(0);
        }
        else if (_parallel.Value == 0)
        {
            Parallel.For(0, count, action);
        }
        else
        {
            var work = new Work(count, action);
            var handle = GCHandle.Alloc(work);
            // The team has as many threads as torch's: 0 asks for the default.
            ((delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, void>, nint, uint, uint, void>)_parallel.Value)(
                &Run, GCHandle.ToIntPtr(handle), 0, 0);
            handle.Free();
            work.Failure?.Throw();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Run(nint handle) => ((Work)GCHandle.FromIntPtr(handle).Target!).Run();

    /// <summary>The function that libgomp starts a team with, of the very libgomp that torch has loaded; 0 where there is none.</summary>
    private static nint Find()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        TorchSharp.torch.InitializeDeviceType(TorchSharp.DeviceType.CPU);
        return LoadedLibrary.Find(Library) is { } found && NativeLibrary.TryLoad(found.Path, out nint library)
            && NativeLibrary.TryGetExport(library, "GOMP_parallel", out nint parallel) ? parallel : 0;
    }

    private sealed class Work(int count, Action<int> action)
    {
        private int _next = -1;

        public ExceptionDispatchInfo? Failure { get; private set; }

        public void Run()
        {
            try
            {
                AlternateSignalStack.Ensure();
                for (int i = Interlocked.Increment(ref _next); i < count; i = Interlocked.Increment(ref _next))
                {
                    action(i);
                }
            }
            catch (Exception failure)
            {
                // No exception may pass through the native frames below.
                Failure = ExceptionDispatchInfo.Capture(failure);
                _next = count;
            }
        }
    }
}

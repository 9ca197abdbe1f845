using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace SuperRes.Lab.Native;

/// <summary>
/// Gives threads a larger stack for signals on processors with AMX. Once oneDNN has used AMX tiles on a thread, the frame that Linux writes
/// for a signal grows by
/// some 11 KB; .NET's alternate signal stack of 16 KB is too small for that and its handler, so the SIGSEGV behind a managed null reference
/// would end the process.
/// </summary>
internal static unsafe partial class AlternateSignalStack
{
    /// <summary>Size of the stack, guard page included.</summary>
    public const int Bytes = 256 << 10;

    private const int ExtendedFeatures = 7, AmxTileBit = 24;
    private const int Disabled = 2, NoAccess = 0, ReadWrite = 3, PrivateAnonymousStack = 0x20022;

    /// <summary>What mmap returns where it fails.</summary>
    private const nint MapFailed = -1;

    [ThreadStatic]
    private static bool _isEnsured;

    [ThreadStatic]
    private static Memory? _memory;

    /// <summary>Whether threads of this process need it.</summary>
    public static bool IsNeeded { get; } = OperatingSystem.IsLinux() && X86Base.X64.IsSupported
        && X86Base.CpuId(0, 0).Eax >= ExtendedFeatures && ((X86Base.CpuId(ExtendedFeatures, 0).Edx >> AmxTileBit) & 1) != 0;

    /// <summary>Gives the calling thread its stack where it needs one. Costs two reads of memory from the second call on.</summary>
    public static void Ensure()
    {
        if (IsNeeded && !_isEnsured)
        {
            _isEnsured = true;
            _ = Install();
        }
    }

    /// <summary>
    /// Replaces the calling thread's alternate signal stack, if it is smaller. At the thread's end .NET 10 takes whatever stack is
    /// installed out of use, but
    /// frees only one that it has made: the replaced one is freed here, and this one once the thread is gone.
    /// </summary>
    /// <returns>Whether the thread has a stack of at least <see cref="Bytes"/> now.</returns>
    public static bool Install()
    {
        Stack old;
        if (SetStack(null, &old) != 0)
        {
            return false;
        }

        bool replaces = (old.Flags & Disabled) == 0;
        if (replaces && old.Size >= Bytes)
        {
            return true;
        }

        nint start = Map(0, Bytes, ReadWrite, PrivateAnonymousStack, -1, 0);
        if (start == MapFailed)
        {
            return false;
        }

        var fresh = new Stack { Start = start, Size = Bytes }; // its first page guards it
        if (Protect(start, (nuint)Environment.SystemPageSize, NoAccess) != 0 || SetStack(&fresh, null) != 0)
        {
            _ = Unmap(start, Bytes);
            return false;
        }

        _memory = new Memory(start);
        if (replaces)
        {
            _ = Unmap(old.Start, old.Size);
        }

        return true;
    }

    /// <summary>The size of the calling thread's alternate signal stack in bytes; 0 where it has none.</summary>
    public static long CurrentBytes()
    {
        Stack current;
        return SetStack(null, &current) == 0 && (current.Flags & Disabled) == 0 ? (long)current.Size : 0;
    }

    [LibraryImport("libc", EntryPoint = "sigaltstack")]
    private static partial int SetStack(Stack* fresh, Stack* old);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint bytes, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint bytes, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint bytes);

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int ThreadId();

    /// <summary>A thread's stack, which only that thread refers to, so that it is collected after the thread's end.</summary>
    private sealed class Memory(nint start)
    {
        private readonly string _task = $"/proc/self/task/{ThreadId()}";

#pragma warning disable MA0055 // A thread's end has no other sign than that what it refers to is collected.
        ~Memory()
#pragma warning restore MA0055
        {
            if (Directory.Exists(_task))
            {
                // The thread has left the runtime and is about to end; a signal could still need the stack.
                GC.ReRegisterForFinalize(this);
            }
            else
            {
                _ = Unmap(start, Bytes);
            }
        }
    }

    /// <summary>stack_t of Linux on x64.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Stack
    {
        public nint Start;
        public int Flags;
        public nuint Size;
    }
}

using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// Mends what oneDNN believes of the processor's caches. Some virtual machines hide the cache sizes of AMD processors (CPUID leaf 8000001D reads zero).
/// oneDNN 3.7.1, which libtorch 2.10 holds, then takes each cache for one byte large and chooses blocks that give wrong convolutions, NaN, or a crash.
/// Told that it knows of no caches, it uses its own guesses instead, as it does elsewhere, and computes rightly.
/// </summary>
internal static class ProcessorCaches
{
    private const int CacheLeaf = unchecked((int)0x8000001D);
    private const string Library = "libtorch_cpu.so";

    /// <summary>Xbyak's <c>Cpu</c> object inside oneDNN: its name in the symbol table and where it holds its cache levels and their sizes.</summary>
    private static readonly byte[] _symbol = [0, .. "_ZZN4dnnl4impl3cpu3x643cpuEvE4cpu_\0"u8];
    private const int SizesAt = 0x1C, LevelsAt = 0x6C, AmdLevels = 3;

    /// <summary>Whether this processor hides its caches in the way that misleads oneDNN.</summary>
    public static bool AreHidden { get; } = OperatingSystem.IsLinux() && X86Base.IsSupported && IsAmd() && X86Base.CpuId(CacheLeaf, 0).Eax == 0;

    /// <summary>Makes oneDNN guess where it can't know. Does nothing where the caches are visible; call it before the first convolution.</summary>
    /// <returns>Whether oneDNN is safe to use: false where the caches are hidden and its record of them was not found.</returns>
    public static bool Mend() => !AreHidden || _isMended.Value;

    private static readonly Lazy<bool> _isMended = new(MendOnce);

    private static bool IsAmd()
    {
        (_, int b, int c, int d) = X86Base.CpuId(0, 0);
        return (b, d, c) == (0x68747541, 0x69746E65, 0x444D4163); // "AuthenticAMD"
    }

    private static unsafe bool MendOnce()
    {
        // oneDNN looks at the processor when it is first used; this convolution is one that it gets right all the same.
        using (NewDisposeScope())
        {
            nn.functional.conv2d(zeros(1, 16, 8, 8), zeros(16, 16, 3, 3));
        }

        if (LoadedLibrary.Find(Library) is not { } library || SymbolOffset(library.Path) is not { } offset)
        {
            return false;
        }

        byte* record = (byte*)library.Start + offset;
        int* levels = (int*)(record + LevelsAt), sizes = (int*)(record + SizesAt);
        if (*levels == AmdLevels && sizes[0] == 1 && sizes[1] == 1 && sizes[2] == 1)
        {
            *levels = 0;
        }

        return *levels == 0;
    }

    /// <summary>The symbol's distance from the library's start, from the ELF symbol table; null where it is not in it.</summary>
    private static unsafe long? SymbolOffset(string path)
    {
        using var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using MemoryMappedViewAccessor view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            var header = *(ElfHeader*)start;
            var sections = new ReadOnlySpan<ElfSection>(start + header.SectionsAt, header.SectionCount);
            foreach (ElfSection table in sections)
            {
                if (table.Type != ElfSection.SymbolTable || table.Link >= sections.Length)
                {
                    continue;
                }

                ElfSection strings = sections[(int)table.Link];
                int name = new ReadOnlySpan<byte>(start + strings.At, checked((int)strings.Size)).IndexOf(_symbol) + 1;
                foreach (ElfSymbol symbol in new ReadOnlySpan<ElfSymbol>(start + table.At, checked((int)(table.Size / sizeof(ElfSymbol)))))
                {
                    if (name > 0 && symbol.Name == name)
                    {
                        return symbol.Value;
                    }
                }
            }

            return null;
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct ElfHeader
    {
        [FieldOffset(40)]
        public long SectionsAt;

        [FieldOffset(60)]
        public ushort SectionCount;
    }

    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct ElfSection
    {
        public const uint SymbolTable = 2;

        [FieldOffset(4)]
        public uint Type;

        [FieldOffset(24)]
        public long At;

        [FieldOffset(32)]
        public long Size;

        [FieldOffset(40)]
        public uint Link;
    }

    [StructLayout(LayoutKind.Explicit, Size = 24)]
    private struct ElfSymbol
    {
        [FieldOffset(0)]
        public uint Name;

        [FieldOffset(8)]
        public long Value;
    }
}

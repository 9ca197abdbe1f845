using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace SuperRes.Lab.Native;

/// <summary>
/// Corrects what oneDNN believes of the processor's caches. Some virtual machines hide the cache sizes of AMD processors (CPUID leaf
/// 8000001D reads zero).
/// oneDNN 3.7.1, which libtorch 2.10 holds, then takes each cache for one byte large and chooses blocks that give wrong convolutions, NaN,
/// or a crash.
/// With sizes that say it knows of no caches it uses its own guesses instead, as it does elsewhere, and computes correctly.
/// </summary>
internal static class OneDnnCacheSizes
{
    /// <summary>The library that holds oneDNN.</summary>
    public const string Library = "libtorch_cpu.so";

    private const int CacheLeaf = unchecked((int)0x8000001D);

    /// <summary>Xbyak's <c>Cpu</c> object inside oneDNN: its name in the symbol table and where it holds its cache levels and their
    /// sizes.</summary>
    private static readonly byte[] _symbol = [0, .. "_ZZN4dnnl4impl3cpu3x643cpuEvE4cpu_\0"u8];
    private const int SizesAt = 0x1C, LevelsAt = 0x6C, AmdLevels = 3;

    private static readonly Lazy<bool> _isCorrected = new(CorrectOnce);

    // Going through half a gigabyte's symbols takes a twentieth of a second.
    private static readonly string _beside = Path.Combine(AppContext.BaseDirectory, Library);
    private static readonly Lazy<long?> _offsetBeside = new(() => ElfSymbols.Offset(_beside, _symbol));

    /// <summary>Whether this processor hides its caches in the way that misleads oneDNN.</summary>
    public static bool AreHidden { get; } = OperatingSystem.IsLinux() && X86Base.IsSupported && IsAmd()
        && X86Base.CpuId(CacheLeaf, 0).Eax == 0;

    /// <summary>Makes oneDNN guess where it can't know. Does nothing where the caches are visible; call it before the first
    /// convolution.</summary>
    /// <returns>Whether oneDNN is safe to use: false where the caches are hidden and its record of them was not found.</returns>
    public static bool Correct() => !AreHidden || _isCorrected.Value;

    /// <summary>Looks for the record in the library beside the program, so that it need not be looked for later.</summary>
    public static void Prepare() => _ = AreHidden && File.Exists(_beside) ? _offsetBeside.Value : null;

    private static bool IsAmd()
    {
        (_, int b, int c, int d) = X86Base.CpuId(0, 0);
        return (b, d, c) == (0x68747541, 0x69746E65, 0x444D4163); // "AuthenticAMD"
    }

    private static unsafe bool CorrectOnce()
    {
        // oneDNN looks at the processor when it is first used; this convolution is one that it gets right all the same.
        using (NewDisposeScope())
        {
            nn.functional.conv2d(zeros(1, 16, 8, 8), zeros(16, 16, 3, 3));
        }

        if (LoadedLibrary.Find(Library) is not { } library
            || (library.Path == _beside ? _offsetBeside.Value : ElfSymbols.Offset(library.Path, _symbol)) is not { } offset)
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
}

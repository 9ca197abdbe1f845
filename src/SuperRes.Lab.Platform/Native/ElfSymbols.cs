using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace SuperRes.Lab.Native;

/// <summary>Finds symbols in a 64-bit library for Linux, also those that the dynamic linker doesn't know.</summary>
internal static class ElfSymbols
{
    /// <summary>Looks a symbol up in the file's symbol table.</summary>
    /// <param name="path">The library's file.</param>
    /// <param name="symbol">The name, between two zero bytes.</param>
    /// <returns>The symbol's distance from the library's start; null where it is not in the table.</returns>
    public static unsafe long? Offset(string path, ReadOnlySpan<byte> symbol)
    {
        using var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using MemoryMappedViewAccessor view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            return Offset(start, symbol);
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    private static unsafe long? Offset(byte* start, ReadOnlySpan<byte> symbol)
    {
        var header = *(Header*)start;
        var sections = new ReadOnlySpan<Section>(start + header.SectionsAt, header.SectionCount);
        foreach (Section table in sections)
        {
            if (table.Type != Section.SymbolTable || table.Link >= sections.Length)
            {
                continue;
            }

            Section strings = sections[(int)table.Link];
            int name = new ReadOnlySpan<byte>(start + strings.At, checked((int)strings.Size)).IndexOf(symbol) + 1;
            foreach (Symbol entry in new ReadOnlySpan<Symbol>(start + table.At, checked((int)(table.Size / sizeof(Symbol)))))
            {
                if (name > 0 && entry.Name == name)
                {
                    return entry.Value;
                }
            }
        }

        return null;
    }

    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Header
    {
        [FieldOffset(40)]
        public long SectionsAt;

        [FieldOffset(60)]
        public ushort SectionCount;
    }

    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Section
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
    private struct Symbol
    {
        [FieldOffset(0)]
        public uint Name;

        [FieldOffset(8)]
        public long Value;
    }
}

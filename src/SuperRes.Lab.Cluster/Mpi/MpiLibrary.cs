using System.Runtime.InteropServices;

namespace SuperRes.Lab.Cluster;

/// <summary>An MPI library that this process has loaded, and its handles.</summary>
internal sealed unsafe partial class MpiLibrary
{
    private const int LoadNow = 2, Global = 0x100, GlobalOnMac = 8;

    private static readonly (MpiFamily Family, string Name)[] Names =
    [
        (MpiFamily.OpenMpi, "libmpi.so.40"),
        (MpiFamily.Mpich, "libmpich.so.12"),
        (MpiFamily.Mpich, "libmpi.so.12"),
        (MpiFamily.OpenMpi, "libmpi.so"),
        (MpiFamily.OpenMpi, "libmpi.40.dylib"),
        (MpiFamily.Mpich, "libmpi.12.dylib"),
    ];

    private readonly nint _library;

    private MpiLibrary(nint library, string path)
    {
        (_library, Path) = (library, path);
        Family = NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _) ? MpiFamily.OpenMpi : MpiFamily.Mpich;
        bool isOpenMpi = Family == MpiFamily.OpenMpi;
        World = isOpenMpi ? Export("ompi_mpi_comm_world") : 0x44000000;
        Float32 = isOpenMpi ? Export("ompi_mpi_float") : 0x4c00040a;
        Float64 = isOpenMpi ? Export("ompi_mpi_double") : 0x4c00080b;
        Byte = isOpenMpi ? Export("ompi_mpi_byte") : 0x4c00010d;
        Add = isOpenMpi ? Export("ompi_mpi_op_sum") : 0x58000003;
        InPlace = isOpenMpi ? 1 : -1;
    }

    /// <summary>The kind of library.</summary>
    public MpiFamily Family { get; }

    /// <summary>The file, or the name that the system found it by.</summary>
    public string Path { get; }

    public nint World { get; }

    public nint Float32 { get; }

    public nint Float64 { get; }

    public nint Byte { get; }

    public nint Add { get; }

    public nint InPlace { get; }

    /// <summary>Loads a library.</summary>
    /// <param name="named">The file, or a name that the system finds; null for those that Open MPI and MPICH have.</param>
    /// <param name="family">The kind that the launcher belongs to; it is looked for first.</param>
    /// <returns>The library; null where none is found.</returns>
    /// <exception cref="InputException">The named file is no MPI library.</exception>
    public static MpiLibrary? Find(string? named, MpiFamily? family)
    {
        IEnumerable<string> names = named is not null
            ? [named]
            : Names.OrderBy(entry => family is not null && entry.Family != family).Select(entry => entry.Name);
        foreach (string name in names)
        {
            nint library = Open(name);
            if (library != 0)
            {
                return NativeLibrary.TryGetExport(library, "MPI_Init_thread", out _)
                    ? new MpiLibrary(library, name)
                    : throw new InputException($"{name} is no MPI library: it lacks MPI_Init_thread; name libmpi.so.40 or libmpich.so.12.");
            }
        }

        return named is null
            ? null
            : throw new InputException($"The MPI library {named} can't be loaded; give the path of libmpi.so.40 or libmpich.so.12.");
    }

    /// <summary>A function of the library.</summary>
    public nint Export(string name) => NativeLibrary.GetExport(_library, name);

    /// <summary>Open MPI loads its parts as plug-ins, which look for its symbols among those of the whole process.</summary>
    private static nint Open(string name)
    {
        if (OperatingSystem.IsWindows())
        {
            return NativeLibrary.TryLoad(name, out nint loaded) ? loaded : 0;
        }

        int flags = LoadNow | (OperatingSystem.IsMacOS() ? GlobalOnMac : Global);
        try
        {
            return DlopenOfC(name, flags);
        }
        catch (EntryPointNotFoundException)
        {
            return DlopenOfDl(name, flags); // glibc before 2.34
        }
    }

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint DlopenOfC(string name, int flags);

    [LibraryImport("libdl.so.2", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint DlopenOfDl(string name, int flags);
}

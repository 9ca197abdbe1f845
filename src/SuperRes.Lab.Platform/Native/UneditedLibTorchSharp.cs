using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace SuperRes.Lab.Native;

/// <summary>
/// Loads TorchSharp's library on a Linux whose libstdc++ is older than GCC 13's where no build has edited it for that
/// (eng/LibTorchSharp.targets): in a notebook that names packages by <c>#r "nuget:"</c>, whose package manager leaves the packages' targets
/// out, or in a project outside of the checkout that refers to ours.
/// </summary>
internal static class UneditedLibTorchSharp
{
    private const string Name = "LibTorchSharp", FileName = "libLibTorchSharp.so";

    /// <summary>
    /// Does nothing where the library is neither in TorchSharp's package nor beside TorchSharp, or where it loads as it is. Where nothing
    /// helps, the first call of TorchSharp says what is missing.
    /// </summary>
    public static void Load()
    {
        Assembly torchSharp = typeof(torch).Assembly;
        if (!OperatingSystem.IsLinux()
            || Of(torchSharp.Location) is not { } original
            || NativeLibrary.TryLoad(Name, torchSharp, null, out _)
            || !NativeLibrary.TryLoad("torch", torchSharp, null, out _) // the copy finds libtorch by its name, once it is loaded
            || LoadEdited(original) is not { } library)
        {
            return;
        }

        (AssemblyLoadContext.GetLoadContext(torchSharp) ?? AssemblyLoadContext.Default).ResolvingUnmanagedDll +=
            (_, name) => name == Name ? library : 0;
    }

    /// <summary>The library that belongs to an assembly: beside it, as builds for one system put it, below it, as builds for all do, or in
    /// its package.</summary>
    /// <param name="assembly">TorchSharp.dll: in a package, lib/FRAMEWORK/TorchSharp.dll. Empty in a program of one file.</param>
    /// <returns>Its path; null where there is none.</returns>
    internal static string? Of(string assembly)
    {
        string? beside = Path.GetDirectoryName(assembly), package = Path.GetDirectoryName(Path.GetDirectoryName(beside));
        string below = Path.Combine("runtimes", "linux-x64", "native", FileName);
        return new[] { Path.Combine(beside ?? "", FileName), Path.Combine(beside ?? "", below), Path.Combine(package ?? "", below) }
            .FirstOrDefault(file => Path.IsPathRooted(file) && File.Exists(file));
    }

    /// <summary>Loads an edited copy, of which no file is left.</summary>
    /// <param name="original">The library.</param>
    /// <returns>Its handle; null where it does not load either.</returns>
    internal static nint? LoadEdited(string original)
    {
        DirectoryInfo? folder = null;
        try
        {
            byte[] library = File.ReadAllBytes(original);
            RelaxLibTorchSharp.Edit(library);
            folder = Directory.CreateTempSubdirectory("superres-");
            string copy = Path.Combine(folder.FullName, FileName);
            File.WriteAllBytes(copy, library);
            return NativeLibrary.TryLoad(copy, out nint handle) ? handle : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException
            or IndexOutOfRangeException or OverflowException)
        {
            return null;
        }
        finally
        {
            folder?.Delete(recursive: true); // the process keeps what it has loaded
        }
    }
}

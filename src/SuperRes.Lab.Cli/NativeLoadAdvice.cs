using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace SuperRes.Lab.Cli;

/// <summary>Says why torch's native libraries don't load, and what to do about it.</summary>
internal static partial class NativeLoadAdvice
{
    private const string Rebuild = "run \"dotnet build -c Release\" again on this machine";

    /// <summary>Whether an exception, or one inside it, says that native libraries could not be loaded.</summary>
    public static bool IsLoadFailure(Exception failure)
        => Chain(failure).Any(e => e is DllNotFoundException or BadImageFormatException
            || e.Message.Contains("doesn't contain a reference to libtorch", StringComparison.Ordinal)
            || e.Message.Contains("LoadNativeBackend", StringComparison.Ordinal));

    /// <summary>The one sentence that helps. TorchSharp's own exception hides the loader's words, so the libraries are tried here
    /// again.</summary>
    public static string Explain(Exception failure)
    {
        string text = string.Join('\n', Chain(failure).Select(e => e.Message));
        return Advise(text) ?? (Probe() is { } reason ? Advise(reason) ?? OneLine(reason) : null)
            ?? $"its native libraries are not beside the program or are for another platform; {Rebuild}.";
    }

    /// <summary>Recognises the loader's message.</summary>
    /// <param name="loaderText">What the system's loader said.</param>
    /// <returns>What to do; null where the text is unknown.</returns>
    public static string? Advise(string loaderText) => loaderText switch
    {
        _ when Version(loaderText, "GLIBCXX_") is { } version
            => $"the system's libstdc++ is older than {version}; {Rebuild} (the build relaxes this need), or use Debian 12, Ubuntu 22.04, "
                + $"RHEL 9 or newer.",
        _ when Version(loaderText, "GLIBC_") is { } version
            => $"the system's C library is older than {version}; use Debian 12, Ubuntu 22.04, RHEL 9 or newer.",
        _ when Has(loaderText, "libgomp") =>
            "the OpenMP runtime libgomp is missing; install it: \"apt install libgomp1\" or \"dnf install libgomp\".",
        _ when Has(loaderText, "libstdc++") =>
            "the C++ runtime libstdc++ is missing; install it: \"apt install libstdc++6\" or \"dnf install libstdc++\".",
        _ when Has(loaderText, "libcuda") || Has(loaderText, "libcudart") || Has(loaderText, "libcublas") || Has(loaderText, "libcudnn")
            || Has(loaderText, "libnv")
            => "a CUDA library is missing; install NVIDIA's driver, or build for the CPU: \"dotnet build -c Release -p:TorchBackend=cpu\".",
        _ when Has(loaderText, "ld-linux") || Has(loaderText, "Error relocating")
            => "this system has musl instead of glibc (Alpine), for which libtorch is not made; use Debian, Ubuntu or Fedora.",
        _ when Has(loaderText, "static TLS block") =>
            "the loader's space for thread-local data is used up; start with GLIBC_TUNABLES=glibc.rtld.optional_static_tls=16384 in the "
            + "environment.",
        _ when Has(loaderText, "file too short") || Has(loaderText, "invalid ELF header") || Has(loaderText, "wrong ELF class")
            => $"one of its libraries is damaged or for another processor; delete the bin folders and {Rebuild}.",
        _ when Has(loaderText, "0x8007007E") || Has(loaderText, "The specified module could not be found")
            => "a runtime library is missing; install the Microsoft Visual C++ Redistributable 2015–2022 (x64).",
        _ => null,
    };

    /// <summary>Loads the libraries one after the other and returns the loader's words at the first that fails; null where all
    /// load.</summary>
    private static string? Probe()
    {
        string[] names = OperatingSystem.IsWindows() ? ["torch_cpu.dll", "LibTorchSharp.dll"]
            : OperatingSystem.IsMacOS() ? ["libtorch_cpu.dylib", "libLibTorchSharp.dylib"]
            : ["libtorch_cpu.so", "libLibTorchSharp.so"];
        foreach (string name in names)
        {
            string path = Path.Combine(AppContext.BaseDirectory, name);
            if (!File.Exists(path))
            {
                return $"{name} is not in {AppContext.BaseDirectory}; {Rebuild}.";
            }

            try
            {
                NativeLibrary.Load(path);
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                return e.Message;
            }
        }

        return null;
    }

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static string OneLine(string text) => text.Split('\n')[0].Trim();

    private static string? Version(string text, string prefix)
        => NotFoundVersion().Match(text) is { Success: true } match && match.Value.Contains(prefix, StringComparison.Ordinal)
            ? match.Groups["version"].Value : null;

    private static IEnumerable<Exception> Chain(Exception failure)
    {
        for (Exception? e = failure; e is not null; e = e.InnerException)
        {
            yield return e;
        }
    }

    [GeneratedRegex(@"version [`'](?<version>GLIBC(XX)?_[0-9.]+)' not found", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex NotFoundVersion();
}

using System.Runtime.InteropServices;

namespace SuperRes.Lab.Native;

/// <summary>
/// torch's switch for oneDNN (torch.backends.mkldnn in Python), which TorchSharp does not offer: two functions of libtorch, called by their
/// C++ names.
/// Without oneDNN torch computes convolutions and products by its own, slower code.
/// </summary>
internal static unsafe class OneDnn
{
    private const string Context = "_ZN2at13globalContextEv", Setter = "_ZN2at7Context20setUserEnabledMkldnnEb",
        Getter = "_ZNK2at7Context17userEnabledMkldnnEv";

    /// <summary>Whether torch may use oneDNN; null where that can't be asked.</summary>
    public static bool? IsOn => Find(Getter) is { } call ? ((delegate* unmanaged[Cdecl]<nint, byte>)call.Function)(call.Context) != 0
        : null;

    /// <summary>Makes torch compute without oneDNN from now on, in the whole process.</summary>
    /// <returns>Whether it does.</returns>
    public static bool SwitchOff()
    {
        if (Find(Setter) is { } call)
        {
            ((delegate* unmanaged[Cdecl]<nint, byte, void>)call.Function)(call.Context, 0);
        }

        return IsOn == false;
    }

    private static (nint Context, nint Function)? Find(string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        TorchSharp.torch.InitializeDeviceType(TorchSharp.DeviceType.CPU); // loads libtorch
        return LoadedLibrary.Find(OneDnnCacheSizes.Library) is { } loaded
            && NativeLibrary.TryLoad(loaded.Path, out nint library)
            && NativeLibrary.TryGetExport(library, Context, out nint context)
            && NativeLibrary.TryGetExport(library, name, out nint function)
            ? (((delegate* unmanaged[Cdecl]<nint>)context)(), function)
            : null;
    }
}

using NetVips;

namespace SuperRes.Lab.Imaging;

/// <summary>
/// libvips as this program uses it: loaders that were never hardened against hostile files are blocked, results are not cached (a
/// file may change), and one thread a picture, since the network or the loader has the others.
/// </summary>
internal static class Vips
{
    // Held, or the native side would call into nothing.
    private static readonly Log.LogDelegate _silent = (_, _, _) => { };
    private static readonly Lazy<bool> _ready = new(Start);

    /// <summary>Loads and configures the library, once.</summary>
    public static void Initialize() => _ = _ready.Value;

    private static bool Start()
    {
        NetVips.NetVips.BlockUntrusted = true;
        NetVips.NetVips.Concurrency = 1;
        (Cache.Max, Cache.MaxFiles, Cache.MaxMem) = (0, 0, 0);

        // What libvips warns of, such as a damaged profile, is left out of the result; standard error is for our own sentences.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning | Enums.LogLevelFlags.Message | Enums.LogLevelFlags.Info, _silent);
        return true;
    }
}

namespace SuperRes.Lab.IO;

/// <summary>The folder for fetched files, by each platform's custom.</summary>
internal static class CachePlace
{
    private const string Name = "superres-lab";

    /// <param name="environment">Reads a variable of the environment.</param>
    public static string Folder(Func<string, string?> environment)
    {
        if (environment("SUPERRES_CACHE") is { Length: > 0 } named)
        {
            return Path.GetFullPath(named);
        }

        if (OperatingSystem.IsWindows())
        {
            return Path.Combine(Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), Name);
        }

        // The XDG specification asks that a relative path be ignored.
        return OperatingSystem.IsMacOS() ? Path.Combine(HomeFolder.Find(environment, "SUPERRES_CACHE"), "Library", "Caches", Name)
            : environment("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache) ? Path.Combine(cache, Name)
            : Path.Combine(HomeFolder.Find(environment, "SUPERRES_CACHE"), ".cache", Name);
    }
}

using System.Runtime.CompilerServices;

namespace SuperRes.Lab.Tests;

/// <summary>A data folder for the tests' process: what runs cache and generate doesn't end in the checkout.</summary>
internal static class TestDataFolder
{
    /// <summary>The collection of the tests that fetch the catalog's sets into this folder, or that want them absent: one after
    /// another.</summary>
    public const string Sets = "sets in the data folder";

    public static string Path { get; } = Directory.CreateTempSubdirectory("superres-test-data-").FullName;

    [ModuleInitializer]
    internal static void Use()
    {
        Environment.SetEnvironmentVariable("SUPERRES_DATA", Path);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            try
            {
                Directory.Delete(Path, recursive: true);
            }
            catch (IOException)
            {
                // A cache that a test left open; the system's own sweep takes it.
            }
        };
    }
}

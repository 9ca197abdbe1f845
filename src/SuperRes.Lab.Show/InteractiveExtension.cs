using System.Reflection;

namespace SuperRes.Lab.Show;

/// <summary>
/// Loads SuperRes.Lab.Interactive from the folder of this assembly where .NET Interactive hosts the process, so that notebooks of this
/// repository have what others get by <c>#r "nuget: SuperRes.Lab.Interactive"</c>.
/// </summary>
internal static class InteractiveExtension
{
    private const string Engine = "Microsoft.DotNet.Interactive", Extension = "SuperRes.Lab.Interactive";

    private static bool _isTried;

    /// <summary>Loads it once; without the engine, without the file, or where they don't fit, nothing happens.</summary>
    public static void Load()
    {
        if (_isTried || DisplayHook.Host is not null || !IsLoaded(Engine))
        {
            return;
        }

        _isTried = true;
        string file = Path.Combine(Path.GetDirectoryName(typeof(InteractiveExtension).Assembly.Location) ?? "", Extension + ".dll");
        if (!File.Exists(file) || IsLoaded(Extension))
        {
            return;
        }

        try
        {
            Assembly.LoadFrom(file).GetType(Extension + ".LabExtension")?.GetMethod("Install", Type.EmptyTypes)?.Invoke(null, null);
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or TypeLoadException or TargetInvocationException)
        {
            // An engine of another version: values are shown as without the extension.
        }
    }

    private static bool IsLoaded(string name) => AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetName().Name == name);
}

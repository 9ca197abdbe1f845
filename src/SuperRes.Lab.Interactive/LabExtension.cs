using System.Reflection;

namespace SuperRes.Lab.Interactive;

/// <summary>
/// Makes SuperRes.Lab at home in .NET Interactive: every value that shows itself has its formats, and progress is replaced in place. It
/// refers to the engine alone and finds SuperRes.Lab by name, whichever copy the notebook loads and whenever it does: a second copy of
/// libtorch in one process would end it.
/// </summary>
public static class LabExtension
{
    private const string ShowAssembly = "SuperRes.Lab.Show";

    private static readonly Lock Gate = new();
    private static readonly HashSet<Assembly> Attached = [];
    private static bool _isInstalled;

    /// <summary>
    /// Installs the extension for the assemblies that are loaded and those that will be; calling it again changes nothing.
    /// </summary>
    public static void Install()
    {
        lock (Gate)
        {
            if (_isInstalled)
            {
                return;
            }

            _isInstalled = true;
            AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) => Attach(loaded.LoadedAssembly);
        }

        foreach (Assembly assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            Attach(assembly);
        }
    }

    /// <summary>Connects one assembly, if it is the one whose values show themselves.</summary>
    private static void Attach(Assembly assembly)
    {
        if (assembly.GetName().Name != ShowAssembly)
        {
            return;
        }

        lock (Gate)
        {
            if (!Attached.Add(assembly))
            {
                return;
            }
        }

        Func<object?, Action<object?>?> show = LiveValue.Show;
        assembly.GetType(ShowAssembly + ".DisplayHook")?.GetProperty("Host")?.SetValue(null, show);
        if (assembly.GetType(ShowAssembly + ".IDisplayable") is { IsInterface: true } displayable)
        {
            DisplayableFormatters.Register(displayable);
        }
    }
}

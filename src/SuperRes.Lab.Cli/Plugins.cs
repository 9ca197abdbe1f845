using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace SuperRes.Lab.Cli;

/// <summary>
/// Assemblies with networks, degradations, loss terms, metrics and callbacks of one's own. They are loaded because the person at the
/// command line named them, never because a file does; their module initializers register what they have.
/// </summary>
internal static class Plugins
{
    /// <summary>Loads assemblies and runs their module initializers. One that is loaded stays.</summary>
    /// <param name="files">The files; what they need is looked for beside them.</param>
    /// <exception cref="InputException">A file is missing, is no .NET assembly, or its initializer fails.</exception>
    public static void Load(IEnumerable<string> files)
    {
        foreach (string file in files)
        {
            string path = Path.GetFullPath(file);
            if (!File.Exists(path))
            {
                throw new InputException($"The plug-in {file} does not exist; give a .dll that was built against SuperRes.Lab.");
            }

            var resolver = new AssemblyDependencyResolver(path);
            AssemblyLoadContext.Default.Resolving += (context, name) =>
                resolver.ResolveAssemblyToPath(name) is { } found ? context.LoadFromAssemblyPath(found) : null;
            try
            {
                Assembly plugin = AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
                RuntimeHelpers.RunModuleConstructor(plugin.ManifestModule.ModuleHandle);
            }
            catch (Exception e) when (
                e is BadImageFormatException or FileLoadException or FileNotFoundException or TypeInitializationException)
            {
                Exception cause = e is TypeInitializationException { InnerException: { } inner } ? inner : e;
                string why = cause.Message.Split('\n')[0].TrimEnd('.');
                throw new InputException($"The plug-in {file} can't be loaded: {why}.", e);
            }
        }
    }
}

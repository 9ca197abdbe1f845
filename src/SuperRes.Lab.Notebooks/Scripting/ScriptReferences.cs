using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Scripting.Hosting;

namespace SuperRes.Lab.Notebooks.Scripting;

/// <summary>The assemblies that a session's code sees: all that the process itself was started with, and what <c>#r</c> adds.</summary>
internal sealed class ScriptReferences
{
    // Read once per process: each is a file to open and its tables to index.
    private static readonly Lazy<FrozenDictionary<string, MetadataReference>> Platform = new(ReadPlatform);

    private readonly InteractiveAssemblyLoader _loader;
    private readonly Dictionary<string, MetadataReference> _added = new(StringComparer.OrdinalIgnoreCase);

    public ScriptReferences(InteractiveAssemblyLoader loader)
    {
        _loader = loader;
    }

    /// <summary>Everything that code may use now.</summary>
    public IEnumerable<MetadataReference> All => Platform.Value.Values.Concat(_added.Values);

    /// <summary>
    /// Adds what a <c>#r</c> names. An assembly that this process has, or is sure to load by itself, is taken from the process whatever
    /// folder the directive names: the same types must not exist twice.
    /// </summary>
    /// <returns>Null, or the sentence that says what is wrong.</returns>
    public string? Add(string reference, string folder)
    {
        if (reference.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase))
        {
            return $"#r \"{reference}\" asks for a package, but notebooks here run without a package manager; "
                + "add the package to the project and refer to its .dll.";
        }

        string name = SimpleName(reference);
        if (Platform.Value.ContainsKey(name) || _added.ContainsKey(name))
        {
            return null;
        }

        if (FindLoaded(name) is { } loaded)
        {
            _loader.RegisterDependency(loaded);
            _added[name] = MetadataReference.CreateFromFile(loaded.Location);
            return null;
        }

        string path = Path.GetFullPath(reference, folder);
        return File.Exists(path) ? AddFile(name, path) : $"The assembly {path} named by #r does not exist; build it, or correct the path.";
    }

    private static FrozenDictionary<string, MetadataReference> ReadPlatform()
    {
        var found = new Dictionary<string, MetadataReference>(StringComparer.OrdinalIgnoreCase);
        string trusted = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "";
        IEnumerable<string> own =
            new[] { typeof(ScriptReferences), typeof(InputException), typeof(Imaging.RgbImage) }.Select(t => t.Assembly.Location);
        foreach (string path in trusted.Split(Path.PathSeparator).Concat(own).Where(path => path.Length > 0))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            if (!found.ContainsKey(name) && File.Exists(path))
            {
                found.Add(name, MetadataReference.CreateFromFile(path));
            }
        }

        return found.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    private static bool IsAssembly(string path)
    {
        try
        {
            AssemblyName.GetAssemblyName(path);
            return true;
        }
        catch (Exception e) when (e is BadImageFormatException or IOException)
        {
            return false;
        }
    }

    private static Assembly? FindLoaded(string name) => AppDomain.CurrentDomain.GetAssemblies()
        .Where(a => !a.IsDynamic && a.Location.Length > 0 && string.Equals(a.GetName().Name, name, StringComparison.OrdinalIgnoreCase))
        .OrderByDescending(a => AssemblyLoadContext.GetLoadContext(a) == AssemblyLoadContext.Default)
        .FirstOrDefault();

    private static string SimpleName(string reference)
    {
        string file = Path.GetFileName(reference.Replace('\\', '/'));
        return file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".exe", StringComparison.OrdinalIgnoreCase)
            ? file[..^4]
            : file;
    }

    private string? AddFile(string name, string path)
    {
        if (!IsAssembly(path))
        {
            return $"{path} named by #r is no .NET assembly.";
        }

        _added[name] = MetadataReference.CreateFromFile(path);
        return null;
    }
}

using System.Collections;
using System.Reflection;
using System.Runtime.Loader;

namespace SuperRes.Lab.Show;

/// <summary>
/// The one place that touches Plotly.NET. It is loaded, together with the FSharp.Core that it was built for, in a load context of its
/// own: a host such as .NET Interactive has another FSharp.Core in the default one, and two versions of it can't share a context.
/// </summary>
internal sealed class PlotlyBridge
{
    private static readonly Lazy<PlotlyBridge> LazyInstance = new(() => new PlotlyBridge(LibraryFolder));
    private readonly Func<string, object> _newTrace;
    private readonly Func<object> _newLayout;
    private readonly Action<object, string, object?> _set;
    private readonly Func<List<object>, object, string> _toJson;

    /// <summary>Loads Plotly.NET from a folder.</summary>
    /// <param name="folder">Where Plotly.NET.dll and the assemblies that it needs lie.</param>
    internal PlotlyBridge(string folder)
    {
        Context = new IsolatedContext(folder);
        Assembly plotly = Context.LoadFromAssemblyPath(Path.Combine(folder, "Plotly.NET.dll"));
        Type trace = Required(plotly, "Plotly.NET.Trace2D");
        Type layout = Required(plotly, "Plotly.NET.Layout");
        Type chart = Required(plotly, "Plotly.NET.GenericChart");
        MethodInfo set = trace.GetMethod("SetProperty", [typeof(string), typeof(object)]) ?? throw Missing("DynamicObj.SetProperty");
        MethodInfo newChart = Method(chart, "NewMultiChart");
        MethodInfo toFigureJson = Method(chart, "toFigureJson");
        Type[] parts = newChart.GetParameters().Select(p => p.ParameterType).ToArray();
        MethodInfo listOf =
            (parts[0].Assembly.GetType("Microsoft.FSharp.Collections.ListModule")?.GetMethod("OfArray") ?? throw Missing("F# lists"))
            .MakeGenericMethod(trace.BaseType!);
        _newTrace = type => Activator.CreateInstance(trace, type)!;
        _newLayout = () => Activator.CreateInstance(layout)!;
        _set = (target, name, value) => set.Invoke(target, [name, value]);
        _toJson = (traces, layoutObject) =>
        {
            var array = Array.CreateInstance(trace.BaseType!, traces.Count);
            ((ICollection)traces).CopyTo(array, 0);
            object made = newChart.Invoke(null,
                [listOf.Invoke(null, [array]), layoutObject, Activator.CreateInstance(parts[2]), Activator.CreateInstance(parts[3])])!;
            return (string)toFigureJson.Invoke(null, [made])!;
        };
    }

    /// <summary>Plotly.NET from the library's own folder; loaded at first use, and the failure kept if that fails.</summary>
    public static PlotlyBridge Instance => LazyInstance.Value;

    /// <summary>The folder that this library was loaded from.</summary>
    public static string LibraryFolder
    {
        get
        {
            string location = typeof(PlotlyBridge).Assembly.Location;
            return location.Length > 0 ? Path.GetDirectoryName(location)! : AppContext.BaseDirectory;
        }
    }

    /// <summary>Where Plotly.NET lives.</summary>
    internal AssemblyLoadContext Context { get; }

    /// <summary>Writes a figure as plotly.js reads it.</summary>
    /// <param name="figure">The figure.</param>
    /// <returns>JSON with "data" and "layout".</returns>
    public string ToJson(PlotlyFigure figure)
    {
        var traces = new List<object>();
        foreach ((string type, Dictionary<string, object?> properties) in figure.Traces)
        {
            object trace = _newTrace(type);
            Fill(trace, properties);
            traces.Add(trace);
        }

        object layout = _newLayout();
        Fill(layout, figure.Layout);
        return _toJson(traces, layout);
    }

    /// <summary>Opens plotly.js as the package carries it.</summary>
    /// <returns>The resource's name, such as Plotly.NET.plotly-2.28.0.min.js, and its content.</returns>
    public (string Name, Stream Content) OpenScript()
    {
        Assembly plotly = Context.Assemblies.First(a => a.GetName().Name == "Plotly.NET");
        string name = plotly.GetManifestResourceNames().FirstOrDefault(n => n.EndsWith(".min.js", StringComparison.Ordinal))
            ?? throw Missing("plotly.js");
        return (name, plotly.GetManifestResourceStream(name)!);
    }

    private void Fill(object target, Dictionary<string, object?> properties)
    {
        foreach ((string name, object? value) in properties)
        {
            _set(target, name, value);
        }
    }

    private static Type Required(Assembly assembly, string name) => assembly.GetType(name) ?? throw Missing(name);

    private static MethodInfo Method(Type type, string name) => type.GetMethod(name, BindingFlags.Public | BindingFlags.Static)
        ?? throw Missing(name);

    private static InvalidOperationException Missing(string what) => new($"Plotly.NET has no {what}; the library was built for version 6.");

    /// <summary>Takes every assembly that lies in the folder with Plotly.NET from there, and the framework's from the host.</summary>
    private sealed class IsolatedContext(string folder) : AssemblyLoadContext("SuperRes.Lab Plotly.NET")
    {
        private static readonly string[] Own =
            ["Plotly.NET", "FSharp.Core", "DynamicObj", "Giraffe.ViewEngine", "Newtonsoft.Json", "Fable.Core"];

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            string path = Path.Combine(folder, assemblyName.Name + ".dll");
            return Own.Contains(assemblyName.Name, StringComparer.OrdinalIgnoreCase) && File.Exists(path) ? LoadFromAssemblyPath(path)
                : null;
        }
    }
}

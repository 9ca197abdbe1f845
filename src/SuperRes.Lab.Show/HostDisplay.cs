using System.Linq.Expressions;
using System.Reflection;

namespace SuperRes.Lab.Show;

/// <summary>Hands values to the notebook engine that hosts the process, found by name so that no engine's package is needed.</summary>
internal static class HostDisplay
{
    // .NET Interactive: System.DisplayExtensions.Display(object, params string[]) in its Formatting assembly (older trees: Kernel.display).
    // Verso: Verso.Abstractions.DisplayExtensions.Display(object?, string?).
    private static readonly (string Assembly, string Type, string Method)[] Engines =
    [
        ("Microsoft.DotNet.Interactive.Formatting", "System.DisplayExtensions", "Display"),
        ("Microsoft.DotNet.Interactive", "System.DisplayExtensions", "Display"),
        ("Microsoft.DotNet.Interactive", "Microsoft.DotNet.Interactive.Kernel", "display"),
        ("Verso.Abstractions", "Verso.Abstractions.DisplayExtensions", "Display"),
    ];

    private static Action<object?>? _show;
    private static int _assembliesSearched;

    /// <summary>Shows the value in the hosting engine.</summary>
    /// <param name="value">The value.</param>
    /// <returns>False where no engine hosts this process, or its cell has ended.</returns>
    public static bool TryShow(object? value)
    {
        Assembly[] loaded = AppDomain.CurrentDomain.GetAssemblies();
        if (_show is null && loaded.Length != _assembliesSearched)
        {
            _show = Find(loaded);
            _assembliesSearched = loaded.Length;
        }

        if (_show is null)
        {
            return false;
        }

        try
        {
            _show(value);
            return true;
        }
        catch (InvalidOperationException)
        {
            // Verso outside a cell: the console is the only place left.
            return false;
        }
    }

    /// <summary>Shows the value in the hosting engine, to be replaced.</summary>
    /// <param name="value">The value.</param>
    /// <returns>What replaces it; null where no engine that can do so hosts this process, or its cell has ended.</returns>
    public static Action<object?>? TryShowLive(object? value)
    {
        InteractiveExtension.Load();
        return DisplayHook.Host?.Invoke(value);
    }

    /// <summary>Looks for a known engine's display method.</summary>
    /// <param name="assemblies">The assemblies of the process.</param>
    /// <returns>A call of it, or null.</returns>
    internal static Action<object?>? Find(IEnumerable<Assembly> assemblies)
    {
        Assembly[] loaded = assemblies.ToArray();
        foreach ((string assembly, string type, string method) in Engines)
        {
            foreach (Assembly candidate in loaded.Where(a => a.GetName().Name == assembly))
            {
                MethodInfo? found = candidate.GetType(type)?.GetMethods(BindingFlags.Public | BindingFlags.Static)
                    .FirstOrDefault(m => m.Name == method && !m.IsGenericMethodDefinition
                        && m.GetParameters() is [{ ParameterType: var first }, ..] && first == typeof(object));
                if (found is not null)
                {
                    return Bind(found);
                }
            }
        }

        return null;
    }

    /// <summary>Compiles a call that gives the first parameter the value, arrays empty and the rest null.</summary>
    private static Action<object?> Bind(MethodInfo method)
    {
        ParameterExpression value = Expression.Parameter(typeof(object), "value");
        IEnumerable<Expression> arguments = method.GetParameters().Select((parameter, index) => index == 0
            ? (Expression)value
            : parameter.ParameterType.IsArray
                ? Expression.NewArrayInit(parameter.ParameterType.GetElementType()!)
                : Expression.Default(parameter.ParameterType));
        return Expression.Lambda<Action<object?>>(Expression.Call(method, arguments), value).Compile();
    }
}

using System.Reflection;

namespace SuperRes.Lab;

/// <summary>
/// The token of the cell that .NET Interactive runs in this process, found by name so that no engine's package is needed.
/// </summary>
internal static class HostInterruption
{
    private const string Engine = "Microsoft.DotNet.Interactive";

    private static Func<CancellationToken>? _token;
    private static int _assembliesSearched;

    /// <summary>The running cell's token; none where no engine hosts this process or no cell runs in this flow of control.</summary>
    public static CancellationToken Token
    {
        get
        {
            if (_token is null)
            {
                Assembly[] loaded = AppDomain.CurrentDomain.GetAssemblies();
                if (loaded.Length != _assembliesSearched)
                {
                    (_token, _assembliesSearched) = (Find(loaded), loaded.Length);
                }
            }

            return _token?.Invoke() ?? CancellationToken.None;
        }
    }

    /// <summary>Looks for KernelInvocationContext.Current.CancellationToken.</summary>
    /// <param name="assemblies">The assemblies of the process.</param>
    /// <returns>A call that reads it, or null.</returns>
    internal static Func<CancellationToken>? Find(IEnumerable<Assembly> assemblies)
    {
        Type? context = assemblies.FirstOrDefault(assembly => assembly.GetName().Name == Engine)
            ?.GetType(Engine + ".KernelInvocationContext");
        MethodInfo? current = context?.GetProperty("Current", BindingFlags.Public | BindingFlags.Static)?.GetMethod;
        MethodInfo? token = context?.GetProperty("CancellationToken", typeof(CancellationToken))?.GetMethod;
        return current is null || token is null ? null
            : () => current.Invoke(null, null) is { } running ? (CancellationToken)token.Invoke(running, null)! : CancellationToken.None;
    }
}

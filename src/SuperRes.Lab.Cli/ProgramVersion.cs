using System.Reflection;

namespace SuperRes.Lab.Cli;

/// <summary>This program's version.</summary>
internal static class ProgramVersion
{
    /// <summary>As in the changelog, without the commit.</summary>
    public static string Text { get; } =
        (typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0")
        .Split('+')[0];
}

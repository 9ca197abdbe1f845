using System.Text.Json;
using SuperRes.Lab.Models;

namespace SuperRes.Lab.Cli.Describing;

/// <summary>Which names of networks belong to which record of options.</summary>
internal static class NetworkNames
{
    /// <summary>The records of all networks, with their networks' names.</summary>
    public static IEnumerable<(Type Options, IReadOnlyList<string> Names)> ByOptions() => NetworkRegistry.Names
        .GroupBy(name => OptionsJson.Read<NetworkOptions>($$"""{"body":{{JsonSerializer.Serialize(name)}}}""", name).GetType())
        .Select(group => (group.Key, (IReadOnlyList<string>)[.. group]));

    /// <summary>The names of a record's networks.</summary>
    public static IReadOnlyList<string> Of(Type options) => ByOptions().First(kind => kind.Options == options).Names;
}

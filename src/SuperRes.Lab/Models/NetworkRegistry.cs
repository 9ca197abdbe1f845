using System.Diagnostics.CodeAnalysis;

namespace SuperRes.Lab.Models;

/// <summary>
/// The networks by the names that stand as "body" in the "model" section of experiment files and weights files. A network is one file, with
/// its class and its options record, and one line: here for the library's own, a call of <see cref="Register"/> for one of another
/// assembly.
/// </summary>
public static class NetworkRegistry
{
    private static readonly Registry<NetworkKind> Kinds = new(
        "network",
        [
            .. Named(NetworkKind.Of<UnetOptions>(options => new DynamicUnet(options)), [.. ResNet.Bodies]),
            .. Named(NetworkKind.Of<LiteUnetOptions>(options => new LiteUnet(options)), LiteUnetOptions.Name),
            .. Named(NetworkKind.Of<LiteResNetUnetOptions>(options => new LiteResNetUnet(options)), LiteResNetUnetOptions.Name),
            .. Named(NetworkKind.Of<MaskUnetOptions>(options => new MaskUnet(options)), MaskUnetOptions.Name),
        ]);

    /// <summary>All names, sorted.</summary>
    public static IReadOnlyList<string> Names => Kinds.Names;

    /// <summary>All networks.</summary>
    public static IReadOnlyList<NetworkKind> All => Kinds.Entries;

    /// <summary>
    /// Adds a network, before a file that names it is read. From then on experiments can train it, and its weights files can be read,
    /// evaluated and used to enlarge photos. An assembly can do it in a method with <see
    /// cref="System.Runtime.CompilerServices.ModuleInitializerAttribute"/>.
    /// </summary>
    /// <typeparam name="TOptions">Its options record, with a constructor without parameters that gives the defaults.</typeparam>
    /// <param name="create">Builds it.</param>
    /// <param name="names">Its names; none: the body of the default options.</param>
    /// <exception cref="ArgumentException">A name is one of the library's own.</exception>
    public static void Register<TOptions>(Func<TOptions, RestorationNetwork> create, params IReadOnlyList<string> names)
        where TOptions : NetworkOptions, new()
    {
        NetworkKind kind = NetworkKind.Of(create);
        foreach (string name in names.Count > 0 ? names : [new TOptions().Body])
        {
            Kinds.Register(name, kind);
        }
    }

    /// <summary>Looks a name up.</summary>
    internal static bool TryGet(string name, [NotNullWhen(true)] out NetworkKind? kind) => Kinds.TryGet(name, out kind);

    /// <summary>The sentence about a name that is not here, without the full stop.</summary>
    internal static string Unknown(string name) => $"{Kinds.Unknown(name)}, or register your own before this is read";

    /// <summary>The network that options are of.</summary>
    /// <exception cref="InputException">No network has their name, or it has another record of options.</exception>
    internal static NetworkKind Get(NetworkOptions options, string where)
    {
        if (!TryGet(options.Body, out NetworkKind? kind))
        {
            throw new InputException($"{where}.body: {Unknown(options.Body)}.");
        }

        return kind.Options == options.GetType() ? kind : throw new InputException(
            $"{where}.body is \"{options.Body}\", the network of {kind.Options.Name}, and these are {options.GetType().Name}; "
            + "use the options that belong to it.");
    }

    private static IEnumerable<(string Name, NetworkKind Kind)> Named(NetworkKind kind, params string[] names) =>
        names.Select(name => (name, kind));
}

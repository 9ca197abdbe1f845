namespace SuperRes.Lab.Models;

/// <summary>A network that experiment files can name.</summary>
/// <param name="Options">The type of its options record.</param>
/// <param name="Create">Builds it from such a record, with random weights that <c>torch.manual_seed</c> decides.</param>
public sealed record NetworkKind(Type Options, Func<NetworkOptions, RestorationNetwork> Create)
{
    /// <summary>The kind of an options record.</summary>
    internal static NetworkKind Of<TOptions>(Func<TOptions, RestorationNetwork> create)
        where TOptions : NetworkOptions => new(typeof(TOptions), options => create((TOptions)options));
}

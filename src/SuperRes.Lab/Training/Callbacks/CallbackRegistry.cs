namespace SuperRes.Lab.Training;

/// <summary>Callbacks of one's own by the names that stand in an experiment's "callbacks".</summary>
public static class CallbackRegistry
{
    private static readonly Registry<Func<LearnerCallback>> _callbacks = new("callback");

    /// <summary>All names, sorted.</summary>
    public static IReadOnlyList<string> Names => _callbacks.Names;

    /// <summary>Adds a callback. An earlier one of that name is replaced, so that a notebook's cell can run again.</summary>
    /// <param name="name">Its name in experiment files.</param>
    /// <param name="create">Makes one for each stage.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static void Register(string name, Func<LearnerCallback> create) => _callbacks.Register(name, create);

    /// <summary>Looks a name up.</summary>
    /// <exception cref="InputException">There is none.</exception>
    internal static Func<LearnerCallback> Get(string name, string where) => _callbacks.Get(name, where);
}

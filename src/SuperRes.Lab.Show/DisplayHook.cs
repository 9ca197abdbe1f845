namespace SuperRes.Lab.Show;

/// <summary>Where <see cref="DisplayExtensions.Display{T}"/> sends values; a notebook engine of our own installs itself here.</summary>
public static class DisplayHook
{
    private static readonly AsyncLocal<Action<object?>?> Current = new();
    private static readonly AsyncLocal<Func<object?, Action<object?>>?> CurrentLive = new();

    /// <summary>
    /// Shows a value in the notebook that runs in this flow of control; null (the default) leaves it to the engine that hosts the
    /// process (.NET Interactive or Verso, found by name), else to the console. Flows with async calls, so that two notebooks may
    /// run in one process.
    /// </summary>
    public static Action<object?>? Show
    {
        get => Current.Value;
        set => Current.Value = value;
    }

    /// <summary>As <see cref="Show"/>, and gives what puts another value in the shown one's place; null where the notebook can't.</summary>
    public static Func<object?, Action<object?>>? Live
    {
        get => CurrentLive.Value;
        set => CurrentLive.Value = value;
    }

    /// <summary>
    /// As <see cref="Live"/>, for the engine that hosts the whole process; the function gives null outside of a cell.
    /// SuperRes.Lab.Interactive installs itself here, by this name.
    /// </summary>
    public static Func<object?, Action<object?>?>? Host { get; set; }
}

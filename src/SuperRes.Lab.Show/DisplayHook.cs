namespace SuperRes.Lab.Show;

/// <summary>Where <see cref="DisplayExtensions.Display{T}"/> sends values; a notebook engine of our own installs itself here.</summary>
public static class DisplayHook
{
    private static readonly AsyncLocal<Action<object?>?> Current = new();

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
}

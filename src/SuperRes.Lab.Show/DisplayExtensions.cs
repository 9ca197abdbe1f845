namespace SuperRes.Lab.Show;

/// <summary>Shows any value from within a notebook cell, in every engine.</summary>
public static class DisplayExtensions
{
    /// <summary>Shows a value below the cell that runs; outside a notebook, prints its text.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">What to show.</param>
    /// <returns>The value, so that the call may stand at the end of an expression.</returns>
    public static T Display<T>(this T value)
    {
        if (DisplayHook.Show is { } show)
        {
            show(value);
        }
        else if (!HostDisplay.TryShow(value))
        {
            Console.WriteLine(Views.Of(value)?.ToText() ?? value?.ToString() ?? "null");
        }

        return value;
    }

    /// <summary>Shows a value below the cell that runs, to be replaced by later ones, as progress is.</summary>
    /// <param name="value">What to show at first.</param>
    /// <returns>
    /// What puts another value in its place; null where nothing was shown, because this engine can't replace what it showed.
    /// </returns>
    public static Action<object?>? DisplayLive(this object? value) =>
        DisplayHook.Live is { } live ? live(value) : HostDisplay.TryShowLive(value);
}

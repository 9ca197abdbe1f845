using System.Reflection;

namespace SuperRes.Lab.Show;

/// <summary>Finds what shows a value.</summary>
public static class Views
{
    /// <summary>A value that shows itself, or the view of one of the library's own values (a report, a plan, a comparison of
    /// runs).</summary>
    /// <param name="value">The value.</param>
    /// <returns>The view; null for every other value.</returns>
    public static IDisplayable? Of(object? value) => value is null or IDisplayable
        ? value as IDisplayable
        : value.GetType().GetCustomAttribute<TypeFormatterSourceAttribute>() is { } attribute
            && Activator.CreateInstance(attribute.FormatterSourceType, nonPublic: true) is DisplayableFormatterSource source
                ? source.ViewOf(value)
                : null;
}

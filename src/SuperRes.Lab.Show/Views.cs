using System.Reflection;
using static TorchSharp.torch;

namespace SuperRes.Lab.Show;

/// <summary>Finds what shows a value.</summary>
public static class Views
{
    /// <summary>A value that shows itself, or the view of one of the library's own values (a picture, a
    /// run, a report), or of a tensor.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The view; null for every other value.</returns>
    public static IDisplayable? Of(object? value) => value is null or IDisplayable
        ? value as IDisplayable
        : value is Tensor tensor ? new TensorView(tensor)
        : value.GetType().GetCustomAttribute<TypeFormatterSourceAttribute>() is { } attribute
            && Activator.CreateInstance(attribute.FormatterSourceType, nonPublic: true) is DisplayableFormatterSource source
                ? source.ViewOf(value)
                : null;
}

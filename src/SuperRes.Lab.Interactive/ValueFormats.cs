using Microsoft.DotNet.Interactive.Formatting;

namespace SuperRes.Lab.Interactive;

/// <summary>A value in the formats that it has.</summary>
internal static class ValueFormats
{
    /// <param name="value">Any value.</param>
    /// <returns>Its preferred formats without empty ones, and always text, which exports to paper need.</returns>
    public static IReadOnlyCollection<FormattedValue> Of(object? value)
    {
        List<FormattedValue> formats = [.. FormattedValue.CreateManyFromObject(value).Where(format => format.Value.Length > 0)];
        if (formats.All(format => format.MimeType != PlainTextFormatter.MimeType))
        {
            formats.Add(FormattedValue.CreateSingleFromObject(value, PlainTextFormatter.MimeType));
        }

        return formats;
    }
}

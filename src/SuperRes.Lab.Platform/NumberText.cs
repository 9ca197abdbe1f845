using System.Globalization;

namespace SuperRes.Lab;

/// <summary>
/// Numbers as people type them into options, slices and settings, read in one way everywhere: a point for decimals, no separators of
/// thousands (so that "2,5" is refused and not taken for 25), finite.
/// </summary>
public static class NumberText
{
    /// <summary>Reads a number, such as 25, 0.5, -1 or 1e-3.</summary>
    /// <param name="text">The text; blanks around it don't count.</param>
    /// <param name="value">The number; 0 where there is none.</param>
    /// <returns>Whether the text is a finite number.</returns>
    public static bool TryReal(ReadOnlySpan<char> text, out double value)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        bool isNumber = double.TryParse(text.Trim(), Style, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        value = isNumber ? value : 0;
        return isNumber;
    }

    /// <summary>Reads a whole number, such as 25 or -1.</summary>
    /// <param name="text">The text; blanks around it don't count.</param>
    /// <param name="value">The number; 0 where there is none.</param>
    /// <returns>Whether the text is a whole number of at most 64 bits.</returns>
    public static bool TryWhole(ReadOnlySpan<char> text, out long value)
        => long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
}

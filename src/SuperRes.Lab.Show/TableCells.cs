using System.Globalization;

namespace SuperRes.Lab.Show;

/// <summary>How a <see cref="Table"/> writes its values: one format per column, so that decimal points stand under each other.</summary>
internal sealed class TableCells
{
    private readonly string?[] _formats;
    private readonly bool[] _numeric;
    private readonly double[] _best;

    /// <summary>Chooses the formats.</summary>
    /// <param name="rows">The values.</param>
    /// <param name="columns">How many columns there are.</param>
    /// <param name="formats">The formats that were asked for; null: chosen by the values.</param>
    /// <param name="best">Which value is best, per column.</param>
    public TableCells(IReadOnlyList<IReadOnlyList<object?>> rows, int columns, string?[] formats, BestValue[] best)
    {
        _formats = new string?[columns];
        _numeric = new bool[columns];
        _best = new double[columns];
        for (int i = 0; i < columns; i++)
        {
            object[] values = rows.Select(r => r[i]).OfType<object>().ToArray();
            double[] comparable = values.Select(Number).Where(v => !double.IsNaN(v)).ToArray(),
                numbers = comparable.Where(double.IsFinite).ToArray();
            _numeric[i] = values.Length > 0 && values.All(v => !double.IsNaN(Number(v)) || v is double or float);
            _formats[i] = formats[i] ?? (values.Any(v => v is double or float or decimal) ? FormatFor(numbers) : null);
            _best[i] = comparable.Length == 0 ? double.NaN
                : best[i] switch { BestValue.Highest => comparable.Max(), BestValue.Lowest => comparable.Min(), _ => double.NaN };
        }
    }

    /// <summary>Whether a column holds numbers alone.</summary>
    /// <param name="column">The column.</param>
    /// <returns>True for numbers, which stand on the right.</returns>
    public bool IsNumeric(int column) => _numeric[column];

    /// <summary>Whether a value is its column's best; equals of it are, too, as far as the format shows.</summary>
    /// <param name="value">The value.</param>
    /// <param name="column">Its column.</param>
    /// <returns>True for the best.</returns>
    public bool IsBest(object? value, int column) => !double.IsNaN(_best[column]) && value is not null
        && (Number(value) == _best[column] || (double.IsFinite(Number(value)) && Text(value, column) == Write(_best[column], column)));

    /// <summary>A value as it is shown.</summary>
    /// <param name="value">The value.</param>
    /// <param name="column">Its column.</param>
    /// <returns>Text.</returns>
    public string Text(object? value, int column) => value switch
    {
        null => "",
        bool flag => flag ? "yes" : "no",
        double.NaN or float.NaN => "–",
        double.PositiveInfinity or float.PositiveInfinity => "∞",
        double.NegativeInfinity or float.NegativeInfinity => "−∞",
        double or float or decimal => Write(Number(value), column),
        TimeSpan time when _formats[column] is null =>
            time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture),
        int or long or uint or ulong or short or byte when _formats[column] is null => Math.Abs(Number(value)) >= 10000
            ? Number(value).ToString("#,##0", CultureInfo.InvariantCulture)
            : Number(value).ToString("0", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(_formats[column], CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>About four significant digits of the largest value.</summary>
    private static string FormatFor(double[] numbers)
    {
        double largest = numbers.Select(Math.Abs).DefaultIfEmpty(0).Max();
        if (largest == 0 || numbers.All(v => v == Math.Floor(v) && Math.Abs(v) < 1e6))
        {
            return "0";
        }

        double smallest = numbers.Where(v => v != 0).Select(Math.Abs).Min();
        if (largest < 1e-3 || largest >= 1e7 || (smallest < 1e-3 && largest / smallest > 1e4))
        {
            return "0.00e+0";
        }

        int digits = Math.Clamp(4 - ((int)Math.Floor(Math.Log10(largest)) + 1), 0, 6);
        return digits == 0 ? "#,##0" : "0." + new string('0', digits);
    }

    private static double Number(object value) => value switch
    {
        double number => number,
        float number => number,
        decimal number => (double)number,
        int or long or uint or ulong or short or ushort or byte or sbyte => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        _ => double.NaN,
    };

    private string Write(double value, int column)
    {
        string text = value.ToString(_formats[column], CultureInfo.InvariantCulture);
        return text.StartsWith('-') ? "−" + text[1..] : text;
    }
}

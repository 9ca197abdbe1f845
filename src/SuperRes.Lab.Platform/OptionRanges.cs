using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuperRes.Lab;

/// <summary>
/// Checks a tree of options records against its <see cref="RangeAttribute"/>s; for an <see cref="Interval"/> both bounds must lie in the
/// range.
/// </summary>
public static class OptionRanges
{
    /// <summary>Checks every annotated property of a record and of the records within it.</summary>
    /// <param name="options">The record.</param>
    /// <param name="path">Where the record stands in its file, such as "degradations"; property names are appended in camelCase.</param>
    /// <exception cref="InputException">A value lies outside its range, an interval runs backwards, or a list is empty.</exception>
    public static void Validate(object options, string path)
    {
        if (options is IOptionSections sectioned)
        {
            foreach ((string key, _) in sectioned.Sections)
            {
                if (sectioned.GetSection(key) is { } section)
                {
                    Validate(section, $"{path}.{key}");
                }
            }
        }

        foreach (PropertyInfo property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length > 0 || property.GetCustomAttribute<JsonIgnoreAttribute>() is not null)
            {
                continue;
            }

            string name = $"{path}.{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}";
            object? value = property.GetValue(options);
            if (value is null && (Nullable.GetUnderlyingType(property.PropertyType) is not null || !property.PropertyType.IsValueType))
            {
                continue; // absent, and allowed to be
            }

            if (property.GetCustomAttribute<RangeAttribute>() is { } range)
            {
                Check(value, range, name);
            }
            else if (value is Enum choice)
            {
                Check(choice, name);
            }
            else if (value is IList list)
            {
                CheckItems(list, name);
            }
            else if (value is not (
                null or Interval) && value.GetType().Namespace?.StartsWith("SuperRes.Lab", StringComparison.Ordinal) == true)
            {
                Validate(value, name);
            }
        }
    }

    private static void CheckItems(IList items, string name)
    {
        if (items.Count == 0)
        {
            throw new InputException($"{name} is an empty list; give at least one value.");
        }

        for (int i = 0; i < items.Count; i++)
        {
            if (items[i] is Enum choice)
            {
                Check(choice, $"{name}[{i}]");
            }
        }
    }

    private static void Check(Enum choice, string name)
    {
        if (!Enum.IsDefined(choice.GetType(), choice))
        {
            throw new InputException($"{name} is {choice}; use one of {string.Join(", ", Enum.GetNames(choice.GetType()))}.");
        }
    }

    private static void Check(object? value, RangeAttribute range, string name)
    {
        double low = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture),
            high = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        string allowed = double.IsPositiveInfinity(high)
            ? string.Create(CultureInfo.InvariantCulture, $"{low} and above")
            : string.Create(CultureInfo.InvariantCulture, $"{low} to {high}");
        if (value is IList items)
        {
            for (int i = 0; i < items.Count; i++)
            {
                Check(items[i], range, $"{name}[{i}]");
            }

            return;
        }

        Interval interval = value switch
        {
            null => throw new InputException($"{name} is missing; give a value in {allowed}."),
            Interval i => i,
            _ => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        };
        // Negated, so that NaN fails too.
        if (!(interval.Low >= low && interval.High <= high))
        {
            throw new InputException($"{name} is {interval}; the allowed range is {allowed}.");
        }

        if (!(interval.Low <= interval.High))
        {
            throw new InputException(string.Create(
                CultureInfo.InvariantCulture,
                $"{name} is [{interval.Low}, {interval.High}]; write the smaller bound first."));
        }
    }
}

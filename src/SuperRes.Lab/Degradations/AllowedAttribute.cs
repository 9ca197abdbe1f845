using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace SuperRes.Lab.Degradations;

/// <summary>The range of values that a numeric option may have; for an <see cref="Interval"/> both bounds must lie in it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AllowedAttribute : Attribute
{
    /// <summary>States the range.</summary>
    /// <param name="low">Smallest allowed value.</param>
    /// <param name="high">Largest allowed value.</param>
    public AllowedAttribute(double low, double high) => (Low, High) = (low, high);

    /// <summary>Smallest allowed value.</summary>
    public double Low { get; }

    /// <summary>Largest allowed value.</summary>
    public double High { get; }
}

/// <summary>Checks a tree of options records against its <see cref="AllowedAttribute"/>s.</summary>
public static class OptionRanges
{
    /// <summary>Checks every annotated property of a record and of the records within it.</summary>
    /// <param name="options">The record.</param>
    /// <param name="path">Where the record stands in its file, such as "degradations"; property names are appended in camelCase.</param>
    /// <exception cref="InputException">A value lies outside its range, an interval runs backwards, or a list is empty.</exception>
    public static void Validate(object options, string path)
    {
        foreach (PropertyInfo property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length > 0 || property.GetCustomAttribute<System.Text.Json.Serialization.JsonIgnoreAttribute>() is not null)
            {
                continue;
            }

            string name = $"{path}.{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}";
            object? value = property.GetValue(options);
            if (value is null && Nullable.GetUnderlyingType(property.PropertyType) is not null)
            {
                continue; // absent, and allowed to be
            }

            if (property.GetCustomAttribute<AllowedAttribute>() is { } allowed)
            {
                Check(value, allowed, name);
            }
            else if (value is Enum choice)
            {
                Check(choice, name);
            }
            else if (value is IList list)
            {
                CheckItems(list, name);
            }
            else if (value is not null && value.GetType().Namespace?.StartsWith("SuperRes.Lab", StringComparison.Ordinal) == true && value is not Interval)
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

    private static void Check(object? value, AllowedAttribute allowed, string name)
    {
        Interval interval = value switch
        {
            null => throw new InputException($"{name} is missing; give a value in {Range(allowed)}."),
            Interval i => i,
            _ => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        };
        // Negated, so that NaN fails too.
        if (!(interval.Low >= allowed.Low && interval.High <= allowed.High))
        {
            throw new InputException($"{name} is {interval}; the allowed range is {Range(allowed)}.");
        }

        if (!(interval.Low <= interval.High))
        {
            throw new InputException(string.Create(
                CultureInfo.InvariantCulture,
                $"{name} is [{interval.Low}, {interval.High}]; write the smaller bound first."));
        }
    }

    private static string Range(AllowedAttribute allowed) =>
        double.IsPositiveInfinity(allowed.High)
            ? string.Create(CultureInfo.InvariantCulture, $"{allowed.Low} and above")
            : string.Create(CultureInfo.InvariantCulture, $"{allowed.Low} to {allowed.High}");
}

using System.Globalization;

namespace SuperRes.Lab.Course;

/// <summary>What a file of results is of, as its name says it: lite-x2.set5.x2.json.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Set">The set's name.</param>
/// <param name="Scale">The scale; 1 for restoration.</param>
internal sealed record ResultsName(string Model, string Set, int Scale)
{
    /// <summary>What files of plain methods, which tools/MeasurePlainMethods.cs measures, have in a model's place.</summary>
    public const string Plain = "plain";

    /// <summary>An old photo, before and after.</summary>
    public const string OldPhoto = "old-photo.webp";

    public string File => string.Create(CultureInfo.InvariantCulture, $"{Model}.{Set}.x{Scale}.json");

    /// <summary>Whether it is of methods without a model.</summary>
    public bool IsPlain => Model == Plain;

    /// <summary>The command that makes the file.</summary>
    public string Command => IsPlain ? $"dotnet run tools/MeasurePlainMethods.cs {Set}/"
        : $"superres results --model {Model}{(Set == ResultsRun.SamplesName ? "" : $" --images {Set}/")}";

    /// <summary>Reads a file's name; null where it is none of these.</summary>
    public static ResultsName? Parse(string path)
    {
        string[] parts = Path.GetFileName(path).Split('.');
        return parts is [.., string set, ['x', .. string scale], "json"] && parts.Length >= 4
            && int.TryParse(scale, CultureInfo.InvariantCulture, out int number)
            ? new(string.Join('.', parts[..^3]), set, number)
            : null;
    }

    /// <summary>A model's sheet of sample photos.</summary>
    public static string Sheet(string model) => $"{model}.{ResultsRun.SamplesName}.webp";

    /// <summary>A large example.</summary>
    public static string Large(int scale) => string.Create(CultureInfo.InvariantCulture, $"large-x{scale}.webp");
}

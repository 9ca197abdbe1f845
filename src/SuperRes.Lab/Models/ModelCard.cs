using System.Text.Json.Nodes;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Models;

/// <summary>What a weights file says of its model, in the metadata entry <c>superres</c>: enough to rebuild and run it.</summary>
public sealed record ModelCard
{
    /// <summary>The newest format that this version reads and writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The largest scale of a model.</summary>
    internal const int MostScale = 8;

    /// <summary>Format version. Default 1.</summary>
    public int FormatVersion { get; init; } = CurrentVersion;

    /// <summary>What the network is built from.</summary>
    public NetworkOptions Model { get; init; } = new UnetOptions();

    /// <summary>super-resolution, restoration or colorization. Default super-resolution.</summary>
    public string Task { get; init; } = "super-resolution";

    /// <summary>How many times larger the result is than the image: 1 for same-size tasks. Default 2.</summary>
    public int Scale { get; init; } = 2;

    /// <summary>How the image is enlarged before it enters the network. Default bilinear, as the article does.</summary>
    public ResampleFilter InputFilter { get; init; } = ResampleFilter.Bilinear;

    /// <summary>What the network's input is normalised by. Default imagenet, the only one there is.</summary>
    public string Normalization { get; init; } = "imagenet";

    /// <summary>The experiment that trained it, as its file.</summary>
    public JsonObject? Recipe { get; init; }

    /// <summary>What was measured at the end of the training; figures that are not finite, which JSON can't hold, are left out.</summary>
    public IReadOnlyDictionary<string, double>? Metrics
    {
        get;
        init => field = value?.Where(metric => double.IsFinite(metric.Value)).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Whether a model can be for a task.</summary>
    /// <param name="task">Its name.</param>
    /// <returns>True for super-resolution, restoration and colorization.</returns>
    internal static bool IsTask(string task) => task is "super-resolution" or "restoration" or "colorization";

    /// <summary>Checks what a network can't be run without.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <exception cref="InputException">A value is one that this program doesn't know.</exception>
    internal void Validate(string path)
    {
        string? fault = Scale is < 1 or > MostScale ? $"scale {Scale}, and this program knows 1 to {MostScale}"
            : !IsTask(Task) ? $"the task \"{Task}\", and this program knows super-resolution, restoration and colorization"
            : Normalization != "imagenet" ? $"the normalization \"{Normalization}\", and this program knows imagenet"
            : null;
        if (fault is not null)
        {
            throw new InputException($"{path} is of a model with {fault}; give a file that `superres train` or `superres weights convert` "
                + $"wrote.");
        }

        Model.Validate($"{path}: model");
    }
}

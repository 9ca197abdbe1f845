using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Degradations;

/// <summary>
/// How a training pair is made from a photo. Geometry and lighting move input and target alike, everything after that degrades the input
/// alone: the degradations (<see cref="DegradationSteps"/>), each a key of this section in an experiment file, and the loss of resolution
/// between them. A new record is the "super-resolution" mix of the article: fastai's get_transforms, half the size, JPEG at a random
/// quality, enlarged bilinearly.
/// </summary>
/// <remarks>
/// Every degradation has a probability and bounds for its strength; sizes are in pixels of the target or in fractions of its side, grey
/// levels in 0–255. Each draws from a random stream of its own, so changing one leaves the draws of the others as they were.
/// </remarks>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed partial record DegradationOptions : IOptionSections
{
    private ImmutableSortedDictionary<string, DegradationStepOptions> _steps =
        ImmutableSortedDictionary.Create<string, DegradationStepOptions>(StringComparer.Ordinal);

    /// <summary>Crop, flip, warp, rotation, zoom; of input and target alike.</summary>
    public GeometryOptions Geometry { get; init; } = new();

    /// <summary>Brightness, contrast, gamma, saturation; of input and target alike.</summary>
    public LightingOptions Lighting { get; init; } = new();

    /// <summary>The loss of resolution; default a factor of 2.</summary>
    public DownscaleOptions Downscale { get; init; } = new();

    /// <summary>
    /// Share of images that were compressed first and marked afterwards: their holes, text and watermark are painted last, over noise and
    /// JPEG, so that their edges are clean and those of the picture's own letters are not; the rest are marked before; default 0.
    /// </summary>
    [Range(0.0, 1)]
    public double MarkedLast { get; init; }

    /// <summary>
    /// Whether the target is degraded as the input is but for its marks (<see cref="DegradationStep.IsMark"/>): compression, noise and tone
    /// stay, so that a model learns to take marks off and to leave all else as it is. Default false: the target is the photo.
    /// </summary>
    public bool MarksAlone { get; init; }

    IEnumerable<(string Name, Type Type)> IOptionSections.Sections =>
        DegradationSteps.InOrder.Select(step => (step.Name, step.Defaults.GetType()));

    /// <summary>The options of a degradation by its name; its defaults where none were given.</summary>
    /// <param name="name">A name of <see cref="DegradationSteps"/>, such as "holes".</param>
    /// <exception cref="InputException">There is no such degradation.</exception>
    public DegradationStepOptions this[string name]
    {
        get => _steps.GetValueOrDefault(name) ?? DegradationSteps.Find(name).Defaults;
        init => Set(name, value);
    }

    /// <summary>These options with those of one degradation changed.</summary>
    /// <param name="name">A name of <see cref="DegradationSteps"/>.</param>
    /// <param name="options">The degradation's options.</param>
    /// <returns>A copy.</returns>
    /// <exception cref="InputException">There is no such degradation.</exception>
    /// <exception cref="ArgumentException">The options are another degradation's.</exception>
    public DegradationOptions With(string name, DegradationStepOptions options)
    {
        DegradationOptions copy = this with { };
        copy.Set(name, options);
        return copy;
    }

    /// <summary>The same degradations on centre crops with neither geometry nor lighting, as a validation side is measured.</summary>
    /// <returns>A copy.</returns>
    public DegradationOptions ForValidation() => this with { Geometry = GeometryOptions.None, Lighting = LightingOptions.None };

    /// <summary>Checks every value against its range.</summary>
    /// <param name="path">Where the options stand in their file; names in the message begin with it.</param>
    /// <exception cref="InputException">A value is outside its range; the message names it and the range.</exception>
    public void Validate(string path = "degradations") => OptionRanges.Validate(this, path);

    /// <inheritdoc/>
    public bool Equals(DegradationOptions? other) => other is not null
        && (Geometry, Lighting, Downscale, MarkedLast, MarksAlone)
            == (other.Geometry, other.Lighting, other.Downscale, other.MarkedLast, other.MarksAlone)
        && DegradationSteps.InOrder.All(step => this[step.Name] == other[step.Name]);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Geometry, Lighting, Downscale, MarkedLast, MarksAlone);

    object? IOptionSections.GetSection(string name) =>
        _steps.GetValueOrDefault(name) ?? (DegradationSteps.IsOwn(name) ? this[name] : null);

    void IOptionSections.SetSection(string name, object section) => Set(name, (DegradationStepOptions)section);

    private void Set(string name, DegradationStepOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Type expected = DegradationSteps.Find(name).Defaults.GetType();
        if (options.GetType() != expected)
        {
            throw new ArgumentException(
                $"The degradation \"{name}\" takes {expected.Name}; {options.GetType().Name} was given.", nameof(options));
        }

        _steps = _steps.SetItem(name, options);
    }
}

namespace SuperRes.Lab.Degradations;

/// <summary>The degradations by name: the library's own, and those that a program or a notebook registers.</summary>
public static class DegradationSteps
{
    // In each place they run in this order.
    private static readonly DegradationStep[] Own =
    [
        new GreyscaleDegradation(), new ToneDegradation(), new StainDegradation(), new ScratchDegradation(), new DustDegradation(),
        new FoldDegradation(),
        new HoleDegradation(), new TextDegradation(), new WatermarkDegradation(),
        new BlurDegradation(),
        new GaussianNoiseDegradation(), new PoissonNoiseDegradation(),
        new JpegDegradation(), new WebpDegradation(),
    ];

    private static readonly string[] Reserved = ["geometry", "lighting", "downscale", "markedLast", "marksAlone"];
    private static readonly Registry<DegradationStep> Registry = new("degradation", Own.Select(step => (step.Name, step)));

    /// <summary>All degradations in the order in which they run.</summary>
    public static IReadOnlyList<DegradationStep> InOrder => [.. Own.Concat(Registry.Entries.Except(Own)).OrderBy(step => step.Place)];

    /// <summary>
    /// Adds a degradation: from then on experiment files may name it. An earlier one of that name is replaced, so that a notebook's cell
    /// can run again.
    /// </summary>
    /// <param name="step">The degradation.</param>
    /// <exception cref="ArgumentException">The name is empty, or means something else among the degradations of an experiment.</exception>
    public static void Register(DegradationStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (Reserved.Contains(step.Name, StringComparer.Ordinal))
        {
            throw new ArgumentException(
                $"\"{step.Name}\" is a key of its own among the degradations; register yours under another name.", nameof(step));
        }

        Registry.Register(step.Name, step);
        OptionsJson.Renew();
    }

    /// <summary>Whether a degradation is the library's own.</summary>
    internal static bool IsOwn(string name) => Own.Any(step => step.Name == name);

    /// <summary>A degradation by its name.</summary>
    /// <param name="name">The name, such as "holes".</param>
    /// <returns>The degradation.</returns>
    /// <exception cref="InputException">There is none; the message lists the names.</exception>
    public static DegradationStep Find(string name) => Registry.Get(name, "degradations");
}

using System.Text.Json;

namespace SuperRes.Lab.Degradations;

/// <summary>One of the things that may happen to a picture. Derive from <see cref="DegradationStep{TOptions}"/>.</summary>
public abstract class DegradationStep
{
    /// <summary>Creates the degradation.</summary>
    /// <param name="name">Its key among an experiment's degradations, in camelCase.</param>
    /// <param name="place">Where it stands in the order.</param>
    /// <param name="defaults">The options of an experiment that does not speak of it.</param>
    protected DegradationStep(string name, DegradationPlace place, DegradationStepOptions defaults)
        => (Name, Place, Defaults, Stream) = (name, place, defaults, JsonNamingPolicy.KebabCaseLower.ConvertName(name));

    /// <summary>Its key among an experiment's degradations, in camelCase, such as "gaussianNoise".</summary>
    public string Name { get; }

    /// <summary>Where it stands in the order.</summary>
    public DegradationPlace Place { get; }

    /// <summary>The options of an experiment that does not speak of it.</summary>
    public DegradationStepOptions Defaults { get; }

    /// <summary>
    /// Whether it lies over the picture, so that a target of <see cref="DegradationOptions.MarksAlone"/> has it taken off. Default: those
    /// of <see cref="DegradationPlace.Marks"/>.
    /// </summary>
    public virtual bool IsMark => Place == DegradationPlace.Marks;

    /// <summary>Its random stream: one of its own, so that a change of one degradation leaves the draws of the others alone.</summary>
    internal string Stream { get; }

    internal abstract void Run(DegradationStepOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random);
}

/// <summary>
/// A degradation with its options. One class in one file is a new one: <see cref="DegradationSteps.Register"/> it, and experiment files
/// can name it.
/// </summary>
/// <typeparam name="TOptions">
/// Its options: a record whose constructor gives the defaults; numbers say their range by
/// <see cref="System.ComponentModel.DataAnnotations.RangeAttribute"/>.
/// </typeparam>
/// <param name="name">Its key among an experiment's degradations, in camelCase.</param>
/// <param name="place">Where it stands in the order.</param>
public abstract class DegradationStep<TOptions>(string name, DegradationPlace place) : DegradationStep(name, place, new TOptions())
    where TOptions : DegradationStepOptions, new()
{
    internal sealed override void Run(DegradationStepOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random)
        => Apply((TOptions)options, picture, workspace, random);

    /// <summary>Degrades a picture in place. Called by many threads at once, for the share of images that the probability says.</summary>
    /// <param name="options">How.</param>
    /// <param name="picture">The picture, at full or at low resolution, as the place says.</param>
    /// <param name="workspace">What the thread keeps for drawing; its mask has the picture's size and is empty.</param>
    /// <param name="random">Decides everything random; the same numbers must give the same picture.</param>
    protected abstract void Apply(TOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random);
}

using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Degradations;

/// <summary>Input and target of the same size.</summary>
/// <param name="Input">The degraded picture, already enlarged to the target's size.</param>
/// <param name="Target">What the model should make of it.</param>
public sealed record ImagePair(RgbImage Input, RgbImage Target);

/// <summary>Makes training pairs from photos as <see cref="DegradationOptions"/> says. Safe for use by many threads.</summary>
public sealed class DegradationPipeline
{
    [ThreadStatic]
    private static DegradationWorkspace? _workspace;

    // By place; those of probability 0 are left out.
    private readonly (DegradationStep Step, DegradationStepOptions Options)[][] _steps;

    /// <summary>Creates the pipeline.</summary>
    /// <param name="options">Which degradations, how often, how strong.</param>
    /// <exception cref="InputException">A value is outside its range.</exception>
    public DegradationPipeline(DegradationOptions options)
    {
        options.Validate();
        Options = options;
        _steps = [.. Enum.GetValues<DegradationPlace>().Select(place => DegradationSteps.InOrder
            .Where(step => step.Place == place)
            .Select(step => (step, options[step.Name]))
            .Where(pair => pair.Item2.Probability > 0)
            .ToArray())];
    }

    /// <summary>The options.</summary>
    public DegradationOptions Options { get; }

    private static DegradationWorkspace Workspace => _workspace ??= new DegradationWorkspace();

    /// <summary>Cuts a crop out of a photo with random geometry and lighting, and degrades it.</summary>
    /// <param name="photo">A photo of at least the crop's size.</param>
    /// <param name="size">Side of the crop in pixels.</param>
    /// <param name="random">Decides everything; one number is taken from it.</param>
    /// <returns>Input and target, size × size pixels.</returns>
    /// <exception cref="InputException">The photo is smaller than the crop.</exception>
    public ImagePair Apply(RgbImage photo, int size, RandomStream random)
    {
        DegradationWorkspace workspace = Workspace;
        Apply(photo, size, random, workspace);
        return new ImagePair(workspace.Input.ToImage(), workspace.Target.ToImage());
    }

    /// <summary>Degrades a picture without moving it: the part of the pipeline that the input alone passes.</summary>
    /// <param name="target">The picture.</param>
    /// <param name="random">Decides everything; one number is taken from it.</param>
    /// <returns>The degraded picture, of the same size.</returns>
    public RgbImage Degrade(RgbImage target, RandomStream random)
    {
        DegradationWorkspace workspace = Workspace;
        workspace.Input.CopyFrom(target);
        Degrade(workspace, (long)random.NextBits());
        return workspace.Input.ToImage();
    }

    /// <summary>Makes a pair in the workspace's canvases.</summary>
    internal void Apply(PhotoView photo, int size, RandomStream random, DegradationWorkspace workspace)
    {
        if (photo.Width < size || photo.Height < size)
        {
            throw new InputException(
                $"A photo of {photo.Width}×{photo.Height} pixels is smaller than the crop of {size}×{size}; "
                + "leave it out or choose a smaller size.");
        }

        long key = (long)random.NextBits();
        workspace.Target.SetSize(size, size);
        var geometry = CropGeometry.Draw(Options.Geometry, photo.Width, photo.Height, size, new RandomStream(key, "geometry"));
        geometry.Cut(photo, workspace.Target);
        LightingTable.Apply(Options.Lighting, workspace.Target, new RandomStream(key, "lighting"));
        workspace.Input.CopyFrom(workspace.Target);
        if (Options.MarksAlone)
        {
            Degrade(workspace, key, withMarks: false);
            workspace.Unmarked.CopyFrom(workspace.Input);
            workspace.Input.CopyFrom(workspace.Target);
            workspace.Target.CopyFrom(workspace.Unmarked);
        }

        Degrade(workspace, key);
    }

    /// <summary>Degrades the workspace's input; what is drawn for one degradation is the same with and without the marks.</summary>
    private void Degrade(DegradationWorkspace workspace, long key, bool withMarks = true)
    {
        bool markedLast = IsDrawn(Options.MarkedLast, key, "marked-last", out _);
        Run(DegradationPlace.Print, workspace.Input, workspace, key, withMarks);
        if (!markedLast)
        {
            Run(DegradationPlace.Marks, workspace.Input, workspace, key, withMarks);
        }

        Run(DegradationPlace.Lens, workspace.Input, workspace, key);
        LoseResolution(workspace, key);
        if (markedLast)
        {
            Run(DegradationPlace.Marks, workspace.Input, workspace, key, withMarks);
        }
    }

    /// <summary>Reduces the picture, does what happens at the low resolution, and enlarges it again.</summary>
    private void LoseResolution(DegradationWorkspace workspace, long key)
    {
        Canvas input = workspace.Input, small = input;
        (int width, int height) = (input.Width, input.Height);
        DownscaleOptions downscale = Options.Downscale;
        bool reduced = IsDrawn(downscale.Probability, key, "downscale", out RandomStream random);
        if (reduced)
        {
            double factor = downscale.Factor.Sample(random);
            ResampleFilter kernel = downscale.Kernels[random.NextInt(downscale.Kernels.Count)];
            small = workspace.Small;
            (int smallWidth, int smallHeight) = ((int)Math.Round(width / factor), (int)Math.Round(height / factor));
            Resize(input, Math.Max(1, smallWidth), Math.Max(1, smallHeight), kernel, workspace.Between, small);
        }

        Run(DegradationPlace.Noise, small, workspace, key);
        Run(DegradationPlace.Compression, small, workspace, key);
        if (reduced)
        {
            Resize(small, width, height, downscale.Enlarge, workspace.Between, input);
        }
    }

    private void Run(DegradationPlace place, Canvas picture, DegradationWorkspace workspace, long key, bool withMarks = true)
    {
        foreach ((DegradationStep step, DegradationStepOptions options) in _steps[(int)place])
        {
            if ((withMarks || !step.IsMark) && IsDrawn(options.Probability, key, step.Stream, out RandomStream random))
            {
                workspace.Mask.SetSize(picture.Width, picture.Height);
                step.Run(options, picture, workspace, random);
            }
        }
    }

    private static void Resize(Canvas source, int width, int height, ResampleFilter filter, Canvas between, Canvas result)
    {
        if (width == source.Width && height == source.Height)
        {
            result.CopyFrom(source);
            return;
        }

        SeparableKernel across = SeparableKernel.Resize(source.Width, width, filter);
        SeparableKernel down = SeparableKernel.Resize(source.Height, height, filter);
        SeparableFilter.Apply(source, across, down, between, result);
    }

    private static bool IsDrawn(double probability, long key, string name, out RandomStream random)
    {
        random = null!;
        if (probability <= 0)
        {
            return false;
        }

        random = new RandomStream(key, name);
        return random.Chance(probability);
    }
}

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

    private readonly DegradationOptions _options;

    /// <summary>Creates the pipeline.</summary>
    /// <param name="options">Which effects, how often, how strong.</param>
    /// <exception cref="InputException">A value is outside its range.</exception>
    public DegradationPipeline(DegradationOptions options)
    {
        options.Validate();
        _options = options;
    }

    /// <summary>The options.</summary>
    public DegradationOptions Options => _options;

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

    /// <summary>Damages a picture without moving it: the part of the pipeline that the input alone passes.</summary>
    /// <param name="target">The picture.</param>
    /// <param name="random">Decides everything; one number is taken from it.</param>
    /// <returns>The damaged picture, of the same size.</returns>
    public RgbImage Degrade(RgbImage target, RandomStream random)
    {
        DegradationWorkspace workspace = Workspace;
        workspace.Input.CopyFrom(target);
        Damage(workspace, (long)random.NextBits());
        return workspace.Input.ToImage();
    }

    /// <summary>Makes a pair in the workspace's canvases.</summary>
    internal void Apply(PhotoView photo, int size, RandomStream random, DegradationWorkspace workspace)
    {
        if (photo.Width < size || photo.Height < size)
        {
            throw new InputException($"A photo of {photo.Width}×{photo.Height} pixels is smaller than the crop of {size}×{size}; leave it out or choose a smaller size.");
        }

        // Each effect has a stream of its own, so that switching one leaves the others' draws alone.
        long key = (long)random.NextBits();
        workspace.Target.SetSize(size, size);
        CropGeometry.Draw(_options.Geometry, photo.Width, photo.Height, size, new RandomStream(key, "geometry")).Cut(photo, workspace.Target);
        LightingTable.Apply(_options.Lighting, workspace.Target, new RandomStream(key, "lighting"));
        workspace.Input.CopyFrom(workspace.Target);
        Damage(workspace, key);
    }

    private void Damage(DegradationWorkspace workspace, long key)
    {
        bool markedLast = Strikes(_options.MarkedLast, key, "marked-last", out _);
        DamageLarge(workspace, key, !markedLast);
        DamageStored(workspace, key);
        if (markedLast)
        {
            Mark(workspace, key);
        }
    }

    /// <summary>The loss of resolution, and what happens at the low resolution.</summary>
    private void DamageStored(DegradationWorkspace workspace, long key)
    {
        Canvas input = workspace.Input;
        (int width, int height) = (input.Width, input.Height);
        if (!Strikes(_options.Downscale, key, "downscale", out RandomStream random))
        {
            DamageSmall(workspace, input, key);
            return;
        }

        double factor = _options.Downscale.Factor.Sample(random);
        ResampleFilter kernel = _options.Downscale.Kernels[random.NextInt(_options.Downscale.Kernels.Count)];
        Resize(input, Math.Max(1, (int)Math.Round(width / factor)), Math.Max(1, (int)Math.Round(height / factor)), kernel, workspace.Between, workspace.Small);
        DamageSmall(workspace, workspace.Small, key);
        Resize(workspace.Small, width, height, _options.Downscale.Enlarge, workspace.Between, input);
    }

    /// <summary>What happens to the picture before it loses resolution: what wears the print, what is laid over it, the lens.</summary>
    private void DamageLarge(DegradationWorkspace workspace, long key, bool marked)
    {
        Canvas input = workspace.Input;
        if (Strikes(_options.Greyscale, key, "greyscale", out _))
        {
            LightingTable.Grey(input.Pixels);
        }

        workspace.Mask.SetSize(input.Width, input.Height);
        if (Strikes(_options.Scratches, key, "scratches", out RandomStream random))
        {
            ScratchDamage.Apply(_options.Scratches, input, workspace.Mask, random);
        }

        if (Strikes(_options.Folds, key, "folds", out random))
        {
            FoldDamage.Apply(_options.Folds, input, random);
        }

        if (marked)
        {
            Mark(workspace, key);
        }

        if (Strikes(_options.Blur, key, "blur", out random))
        {
            Blur(workspace, _options.Blur.Sigma.Sample(random));
        }
    }

    /// <summary>What is laid over the picture: holes, text, watermark. The mask has the picture's size and is empty.</summary>
    private void Mark(DegradationWorkspace workspace, long key)
    {
        if (Strikes(_options.Holes, key, "holes", out RandomStream random))
        {
            HoleDamage.Apply(_options.Holes, workspace.Input, workspace.Mask, random);
        }

        if (Strikes(_options.Text, key, "text", out random))
        {
            TextDamage.Apply(_options.Text, workspace.Input, workspace.Mask, random);
        }

        if (Strikes(_options.Watermark, key, "watermark", out random))
        {
            WatermarkDamage.Apply(_options.Watermark, workspace.Input, workspace.Mask, random);
        }
    }

    /// <summary>What happens to the image at its low resolution.</summary>
    private void DamageSmall(DegradationWorkspace workspace, Canvas canvas, long key)
    {
        if (Strikes(_options.GaussianNoise, key, "gaussian-noise", out RandomStream random))
        {
            NoiseDamage.Gaussian(canvas, _options.GaussianNoise.StandardDeviation.Sample(random), random.Chance(_options.GaussianNoise.GreyShare), random);
        }

        if (Strikes(_options.PoissonNoise, key, "poisson-noise", out random))
        {
            NoiseDamage.Poisson(canvas, _options.PoissonNoise.Photons.SampleLog(random), random);
        }

        if (Strikes(_options.Jpeg, key, "jpeg", out random))
        {
            workspace.Jpeg.Apply(canvas, _options.Jpeg.Quality.SampleInt(random), random.Chance(_options.Jpeg.ChromaSubsampling));
        }

        if (Strikes(_options.Webp, key, "webp", out random))
        {
            WebpRoundTrip.Apply(canvas, _options.Webp.Quality.SampleInt(random));
        }
    }

    private static void Blur(DegradationWorkspace workspace, double sigma)
    {
        Canvas input = workspace.Input;
        if (sigma < 0.05 || input.Width < 2 || input.Height < 2)
        {
            return;
        }

        SeparableFilter.Apply(
            input, SeparableKernel.Gaussian(input.Width, sigma), SeparableKernel.Gaussian(input.Height, sigma), workspace.Between, input);
    }

    private static void Resize(Canvas source, int width, int height, ResampleFilter filter, Canvas between, Canvas result)
    {
        if (width == source.Width && height == source.Height)
        {
            result.CopyFrom(source);
            return;
        }

        SeparableFilter.Apply(
            source, SeparableKernel.Resize(source.Width, width, filter), SeparableKernel.Resize(source.Height, height, filter), between, result);
    }

    private static bool Strikes(EffectOptions options, long key, string name, out RandomStream random) => Strikes(options.Probability, key, name, out random);

    private static bool Strikes(double probability, long key, string name, out RandomStream random)
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

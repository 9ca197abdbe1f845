using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Evaluation;

/// <summary>An image to evaluate on.</summary>
/// <param name="Name">The file's name without its extension.</param>
/// <param name="Input">The low-resolution or degraded picture.</param>
/// <param name="Target">The true picture, cropped to a multiple of the scale.</param>
public sealed record EvaluationCase(string Name, RgbImage Input, RgbImage Target)
{
    /// <summary>One entry per pixel of the input: whether a local degradation (<see cref="Degradation.IsLocal"/>) masks it. Default: null,
    /// there is none.</summary>
    public bool[]? Mask { get; init; }
}

/// <summary>The images of an evaluation: files found and matched at once, pictures read when they are asked for.</summary>
public sealed class EvaluationSet
{
    // SSIM's window, beside the border that is left out.
    private const int SmallestSide = 11;
    private readonly EvaluationOptions _options;
    private readonly string[] _targets;
    private readonly string[]? _inputs;

    /// <summary>Lists the files and finds each one's partner.</summary>
    /// <param name="options">Folders, scale, degradation.</param>
    /// <exception cref="InputException">A folder is missing or holds no image, a partner is missing, or an option is outside its
    /// range.</exception>
    public EvaluationSet(EvaluationOptions options)
    {
        if (options.Scale is < 1 or > 16)
        {
            throw new InputException($"The scale is {options.Scale}; it must be 1 (restoration) to 16.");
        }

        if (options.Scale == 1 && options.LowResolution is null && options.Degradation is null)
        {
            throw new InputException("At scale 1 there is nothing to compare without a degradation: give a folder of degraded images or a "
                + "degradation.");
        }

        _options = options;
        _targets = [.. ImageCodec.ListImages(options.HighResolution)];
        string? twin = _targets.Select(NameOf).GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1)?.Key;
        if (twin is not null)
        {
            throw new InputException($"{options.HighResolution} holds {twin} more than once with different extensions; keep one of them.");
        }

        if (options.Only is { } only)
        {
            int all = _targets.Length;
            _targets = [.. _targets.Where(target => only(NameOf(target)))];
            if (_targets.Length == 0)
            {
                throw new InputException($"None of the {all} images in {options.HighResolution} is chosen; choose fewer or larger parts.");
            }
        }

        _inputs = options.LowResolution is null ? null : Partners(options.LowResolution);
        foreach (string target in _targets)
        {
            ImageInfo header = ImageCodec.ReadHeader(target);
            RequireLarge(target, header.Width, header.Height);
        }
    }

    /// <summary>How many images there are.</summary>
    public int Count => _targets.Length;

    /// <summary>The images' names.</summary>
    public IReadOnlyList<string> Names => [.. _targets.Select(NameOf)];

    /// <summary>Reads an image and its low-resolution or degraded partner, or makes that one.</summary>
    /// <param name="index">Which, from 0.</param>
    /// <returns>The case.</returns>
    /// <exception cref="InputException">A file can't be read, is too small, or the partner has another size.</exception>
    public EvaluationCase Read(int index)
    {
        int scale = _options.Scale;
        RgbImage whole = ImageCodec.Read(_targets[index]);
        int width = whole.Width / scale * scale, height = whole.Height / scale * scale;
        RequireLarge(_targets[index], whole.Width, whole.Height);
        RgbImage target = width == whole.Width && height == whole.Height ? whole : whole.Crop(0, 0, width, height);
        if (_inputs is not null)
        {
            return new(NameOf(_targets[index]), ReadInput(index, target), target);
        }

        RgbImage small = scale == 1 ? target : Resampler.Resize(target, width / scale, height / scale, ResampleFilter.Bicubic);
        RgbImage input = _options.Degradation is null ? small : _options.Degradation.Apply(small, index);
        return new(NameOf(_targets[index]), input, target) { Mask = scale == 1 ? _options.Degradation?.Mask(small, index) : null };
    }

    private void RequireLarge(string path, int width, int height)
    {
        int scale = _options.Scale, least = SmallestSide + (scale == 1 ? 0 : 2 * scale);
        if (Math.Min(width, height) / scale * scale < least)
        {
            throw new InputException($"{path} is {width}×{height}; at scale {scale} an image needs at least {least} pixels on each side: "
                + $"take it out of the folder.");
        }
    }

    private RgbImage ReadInput(int index, RgbImage target)
    {
        RgbImage input = ImageCodec.Read(_inputs![index]);
        (int width, int height) = (target.Width / _options.Scale, target.Height / _options.Scale);
        if (input.Width != width || input.Height != height)
        {
            throw new InputException(
                $"{_inputs[index]} is {input.Width}×{input.Height}; at scale {_options.Scale} the partner of {_targets[index]} "
                    + $"({target.Width}×{target.Height}) must be {width}×{height}.");
        }

        return input;
    }

    private string[] Partners(string folder)
    {
        ILookup<string, string> byName = ImageCodec.ListImages(folder).ToLookup(NameOf, StringComparer.Ordinal);
        return [.. _targets.Select(Partner)];

        string Partner(string target)
        {
            string[] found = [.. byName[NameOf(target)], .. byName[$"{NameOf(target)}x{_options.Scale}"]];
            return found.Length == 1
                ? found[0]
                : throw new InputException(found.Length == 0
                    ? $"{folder} has no partner for {Path.GetFileName(target)}; each high-resolution image needs one of the same name."
                    : $"{folder} has {found.Length} partners for {Path.GetFileName(target)} "
                        + $"({string.Join(", ", found.Select(Path.GetFileName))}); keep one of them.");
        }
    }

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);
}

using SuperRes.Lab.IO;

namespace SuperRes.Lab.Inference;

/// <summary>How far an upscale is.</summary>
/// <param name="File">The file at work; null for a picture in memory.</param>
/// <param name="FileIndex">Its number, from 0.</param>
/// <param name="FileCount">How many there are.</param>
/// <param name="Fraction">Part of all the work that is done, 0–1.</param>
/// <param name="PixelsPerSecond">Output pixels per second so far.</param>
/// <param name="Remaining">Time that the rest will take at this rate; null before there is a rate.</param>
public sealed record UpscaleProgress(
    string? File, int FileIndex, int FileCount, double Fraction, double PixelsPerSecond, TimeSpan? Remaining);

/// <summary>Counts work and reports it.</summary>
internal sealed class UpscaleMeter(IProgress<UpscaleProgress>? progress, TimeProvider clock, long total, int fileCount)
{
    private readonly RateMeter _meter = new(clock);
    private long _done;
    private long _worked;
    private string? _file;
    private int _fileIndex;

    /// <summary>Work that is done or was skipped.</summary>
    public long Done => _done;

    public void Begin(string? file, int index) => (_file, _fileIndex) = (file, index);

    /// <summary>Work done by the network.</summary>
    public void Advance(long pixels)
    {
        _worked += pixels;
        Skip(pixels);
    }

    /// <summary>Work that turned out not to be needed: a file that is done already, or broken.</summary>
    public void Skip(long pixels)
    {
        _done += pixels;
        double fraction = total == 0 ? 1 : Math.Min(1, (double)_done / total);
        progress?.Report(new(_file, _fileIndex, fileCount, fraction, _meter.Rate(_worked), _meter.Remaining(_worked, total - _done)));
    }
}

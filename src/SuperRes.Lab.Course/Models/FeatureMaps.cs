using SuperRes.Lab.Show;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Course;

/// <summary>Channels of features as pictures.</summary>
internal static class FeatureMaps
{
    /// <summary>The channels that vary most over a picture.</summary>
    /// <param name="features">1×C×H×W.</param>
    /// <param name="count">How many.</param>
    /// <returns>A heat map each, with the channel's number.</returns>
    public static IEnumerable<PictureCell> Strongest(Tensor features, int count)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor maps = features[0];
        long[] order = maps.std([1, 2]).argsort(dim: 0, descending: true).data<long>().ToArray();
        return [.. order.Take(count).Select(channel => new PictureCell(HeatMap.Of(maps[channel]).ToImage(), $"channel {channel}"))];
    }
}

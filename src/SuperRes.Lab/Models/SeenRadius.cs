using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// How far a trained network really looks. By its structure an output pixel depends on much that hardly moves it: of a lite network's 114
/// pixels all but the next 32 change it by less than a thousandth of a level of 255. Tiles that overlap by no more than that cost half.
/// </summary>
internal static class SeenRadius
{
    // What lies beyond may change a pixel by this much, and a little more is added for pictures that are not like the ones tried.
    private const float Most = 0.1f / 255;
    private const int Margin = 16, Centre = 16, Block = 12, MostMeasured = 640;

    private static readonly int[] _tried = [16, 32, 48, 64, 96, 128, 192, 256, 384];

    /// <summary>Measures it: a picture is exchanged for another beyond a distance, and the pixels in the middle are compared.</summary>
    /// <param name="predict">1×3×H×W in 0–1 → the same size.</param>
    /// <param name="radius">What the structure says.</param>
    /// <param name="multiple">Of what positions are multiples.</param>
    /// <returns>At most <paramref name="radius"/>.</returns>
    public static int Of(Func<Tensor, Tensor> predict, int radius, int multiple)
    {
        int start = (radius + multiple - 1) / multiple * multiple, side = start + Centre + start;
        if (radius > MostMeasured)
        {
            return radius;
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        Tensor one = Picture(side, 1), other = Picture(side, 2), expected = Middle(one);
        foreach (int distance in _tried.TakeWhile(distance => distance + Margin < radius))
        {
            Tensor mixed = other.clone();
            long from = start - distance, length = Centre + (2L * distance);
            mixed.narrow(2, from, length).narrow(3, from, length).copy_(one.narrow(2, from, length).narrow(3, from, length));
            if ((Middle(mixed) - expected).abs().max().item<float>() <= Most)
            {
                return distance + Margin;
            }
        }

        return radius;

        Tensor Middle(Tensor picture)
        {
            using Tensor result = predict(picture);
            return result.narrow(2, start, Centre).narrow(3, start, Centre).to(float32).cpu().clone();
        }
    }

    /// <summary>Squares of random colours with noise on half of them: edges, flat and rough places.</summary>
    private static Tensor Picture(int side, long seed)
    {
        var random = new RandomStream(seed, "seen-radius");
        int blocks = (side / Block) + 1;
        float[] colours = Numbers(3 * blocks * blocks), rough = Numbers(blocks * blocks), values = new float[3 * side * side];
        for (int i = 0; i < values.Length; i++)
        {
            int x = i % side, y = i / side % side, block = (y / Block * blocks) + (x / Block);
            float noise = rough[block] > 0.5f ? (float)random.Uniform(-0.25, 0.25) : 0;
            values[i] = Math.Clamp(colours[(i / (side * side) * blocks * blocks) + block] + noise, 0, 1);
        }

        return tensor(values).view(1, 3, side, side);

        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble())];
    }
}

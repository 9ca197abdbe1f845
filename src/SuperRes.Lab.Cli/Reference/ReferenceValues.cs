using System.Collections.Concurrent;
using System.Text;
using SuperRes.Lab.Models;
using static TorchSharp.torch;

namespace SuperRes.Lab.Cli.Reference;

/// <summary>
/// Weights and images that follow from formulas alone, so that an installation, a device or another library can be held against this one
/// without exchanging files.
/// </summary>
internal static class ReferenceValues
{
    /// <summary>Fills a module's whole state with pseudo-random values that follow from each entry's name and shape.</summary>
    /// <param name="module">The module.</param>
    /// <param name="naming">Gives an entry's name in the formulas from its name here; null where they are the same.</param>
    public static void Fill(nn.Module module, Func<string, string>? naming = null)
    {
        using IDisposable off = no_grad();
        foreach ((string name, Tensor value) in StateDict.Entries(module))
        {
            using Tensor filled = Value(naming is null ? name : naming(name), value.shape);
            value.copy_(filled);
        }
    }

    /// <summary>The value of one entry of a state dict.</summary>
    /// <param name="name">Its name, such as "layers.0.0.weight".</param>
    /// <param name="shape">Its shape.</param>
    /// <returns>A float32 tensor.</returns>
    public static Tensor Value(string name, ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long size in shape)
        {
            count *= size;
        }

        string last = name[(name.LastIndexOf('.') + 1)..];
        double fanIn = shape.Length >= 2 ? count / (double)shape[0] : 0;
        (double offset, double factor) = last switch
        {
            "num_batches_tracked" => (0.0, 0.0),
            "weight_g" => (1, 0.1),
            "running_mean" => (0, 0.05),
            "running_var" => (1, 0.1),
            _ when shape.Length >= 2 => (0, Math.Sqrt(6) / Math.Sqrt(fanIn)),
            "weight" => (1, 0.1),
            _ => (0, 0.05),
        };
        uint hash = Fnv1a(name);
        var values = new float[count];
        Parallel.ForEach(Partitioner.Create(0L, Math.Max(1, count), 1L << 20), range =>
        {
            for (long i = range.Item1; i < Math.Min(range.Item2, count); i++)
            {
                values[i] = (float)(offset + (factor * Noise(i, hash)));
            }
        });
        return tensor(values, shape.ToArray());
    }

    /// <summary>Images of sine waves: 0.5 + 0.5·sin(0.05·(1000n + 100c + 7h + 3w)), or the cosine.</summary>
    /// <param name="numbers">n of each image.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="cosine">Cosine in place of sine.</param>
    /// <returns>N×3×height×width float32 in 0–1.</returns>
    public static Tensor Waves(IReadOnlyList<int> numbers, int height, int width, bool cosine = false)
    {
        var values = new float[numbers.Count * 3 * height * width];
        int at = 0;
        foreach (int n in numbers)
        {
            for (int c = 0; c < 3; c++)
            {
                for (int h = 0; h < height; h++)
                {
                    for (int w = 0; w < width; w++)
                    {
                        double phase = 0.05 * ((n * 1000) + (c * 100) + (h * 7) + (w * 3));
                        values[at++] = (float)(0.5 + (0.5 * (cosine ? Math.Cos(phase) : Math.Sin(phase))));
                    }
                }
            }
        }

        return tensor(values, [numbers.Count, 3, height, width]);
    }

    private static double Noise(long index, uint seed)
    {
        uint h = unchecked(((uint)(index + 1) * 2654435761u) + seed);
        h ^= h >> 16;
        h *= 0x85ebca6b;
        h ^= h >> 13;
        h *= 0xc2b2ae35;
        h ^= h >> 16;
        return (2 * (h / 4294967296.0)) - 1;
    }

    private static uint Fnv1a(string text)
    {
        uint hash = 2166136261;
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ b) * 16777619;
        }

        return hash;
    }
}

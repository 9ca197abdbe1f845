using System.Collections.Concurrent;
using System.Text;
using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Cli.Reference;

/// <summary>
/// Weights and images that follow from formulas alone, so that an installation, a device or another library can be held against this one
/// without exchanging files.
/// </summary>
internal static class ReferenceValues
{
    private const int PowerIterations = 5;

    /// <summary>
    /// Fills a module's whole state with pseudo-random values that follow from each entry's name and shape. Spectral norm's two vectors
    /// follow from
    /// their weight, by five power iterations in float64 from u = 1/√n.
    /// </summary>
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

        SetSpectralVectors(StateDict.Entries(module).ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal));
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
            "gamma" => (0.5, 0), // self-attention's gain
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

    private static void SetSpectralVectors(Dictionary<string, Tensor> state)
    {
        const string Weight = "weight_orig", Left = "weight_u", Right = "weight_v";
        using DisposeScope scope = NewDisposeScope();
        foreach (string prefix in state.Keys.Where(name => name.Split('.')[^1] == Weight).Select(name => name[..^Weight.Length]))
        {
            Tensor matrix = state[prefix + Weight].to(float64).flatten(1);
            Tensor left = nn.functional.normalize(ones(matrix.shape[0], float64, matrix.device), dim: 0), right = left;
            for (int i = 0; i < PowerIterations; i++)
            {
                right = nn.functional.normalize(matrix.t().mv(left), dim: 0);
                left = nn.functional.normalize(matrix.mv(right), dim: 0);
            }

            state[prefix + Left].copy_(left);
            state[prefix + Right].copy_(right);
        }
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

using System.Text;
using System.Text.Json;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Models;

/// <summary>Reading and comparing the tensors of the reference files.</summary>
internal static class GoldenTensors
{
    public static long[] Shape(JsonElement entry) => [.. entry.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())];

    public static Tensor Read(JsonElement entry) => tensor(Floats(entry.GetProperty("values")), Shape(entry));

    public static float[] Floats(JsonElement values) => [.. values.EnumerateArray().Select(Number).Select(n => (float)n)];

    public static double Number(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString() switch { "nan" => double.NaN, "inf" => double.PositiveInfinity, "-inf" => double.NegativeInfinity,
            var text => throw new FormatException(text) }
        : value.GetDouble();

    /// <summary>Compares every value, relative to the largest of the expected ones.</summary>
    public static void AssertClose(string what, JsonElement expected, Tensor actual, double tolerance)
    {
        Assert.True(Shape(expected).SequenceEqual(actual.shape), $"{what}: shape [{string.Join(",", actual.shape)}]");
        AssertClose(what, Floats(expected.GetProperty("values")), actual, tolerance);
    }

    public static void AssertClose(string what, float[] expected, Tensor actual, double tolerance)
    {
        float[] values = actual.detach().contiguous().flatten().data<float>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        double scale = expected.Max(Math.Abs);
        double worst = expected.Zip(values, (e, v) => Math.Abs((double)e - v)).Max();
        Assert.True(worst <= tolerance * Math.Max(scale, 1e-6), $"{what}: {worst:g3} apart, at most {tolerance * scale:g3} is allowed");
    }

    /// <summary>Rule A of the reference files: sine waves whose phase follows from the name.</summary>
    public static Tensor RuleA(string name, long[] shape)
    {
        long count = shape.Aggregate(1L, (a, b) => a * b);
        string last = name[(name.LastIndexOf('.') + 1)..];
        (double offset, double factor) = last switch
        {
            "weight_g" => (1, 0.1),
            _ when shape.Length >= 2 => (0, 1 / Math.Sqrt(count / (double)shape[0])),
            "weight" => (1, 0.1),
            _ => (0.0, 0.05),
        };
        return Sines(name, shape, offset, factor);
    }

    public static Tensor Sines(string name, long[] shape, double offset, double factor)
    {
        long sum = Encoding.UTF8.GetBytes(name).Select((b, j) => (long)b * (j + 1)).Sum();
        double phase = sum % 1000 / 1000.0 * 2 * Math.PI;
        long count = shape.Aggregate(1L, (a, b) => a * b);
        float[] values = [.. Enumerable.Range(1, (int)count).Select(i => (float)(offset + (factor * Math.Sin((0.7 * i) + phase))))];
        return tensor(values, shape);
    }

    /// <summary>A deterministic image of any number of channels, in 0–1.</summary>
    public static Tensor Waves(long[] shape, bool cosine = false)
    {
        var values = new List<float>();
        for (int n = 0; n < shape[0]; n++)
        {
            for (int c = 0; c < shape[1]; c++)
            {
                for (int h = 0; h < shape[2]; h++)
                {
                    for (int w = 0; w < shape[3]; w++)
                    {
                        double phase = 0.05 * ((n * 1000) + (c * 100) + (h * 7) + (w * 3));
                        values.Add((float)(0.5 + (0.5 * (cosine ? Math.Cos(phase) : Math.Sin(phase)))));
                    }
                }
            }
        }

        return tensor(values.ToArray(), shape);
    }
}

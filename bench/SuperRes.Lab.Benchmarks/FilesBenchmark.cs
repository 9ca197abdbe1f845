using System.Globalization;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;

namespace SuperRes.Lab.Benchmarks;

/// <summary>Photo files through everything but a network: decoded, enlarged twice, encoded; the remark says the memory.</summary>
/// <param name="count">How many files.</param>
/// <param name="width">Width of each in pixels.</param>
/// <param name="height">Height of each.</param>
public sealed class FilesBenchmark(int count, int width, int height)
    : Benchmark(string.Create(CultureInfo.InvariantCulture, $"files/{count}x{width}x{height}"))
{
    /// <inheritdoc/>
    public override BenchmarkResult Measure(MatrixPeak peak, CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("superres-bench-").FullName;
        try
        {
            string[] inputs = [.. Enumerable.Range(0, count).Select(i => Path.Combine(folder, $"{i}.jpg"))];
            string[] outputs = [.. inputs.Select(input => Path.ChangeExtension(input, ".png"))];
            Array.ForEach(inputs, input => ImageCodec.Write(Waves(), input));
            var upscaler = new Upscaler(new UpscaleNetwork("plain", 2, picture => picture.clone()));
            ProcessMemory.ForgetPeak();
            double seconds = Timing.Samples(
                () => upscaler.UpscaleFiles(inputs, outputs, overwrite: true, cancellation: cancellation), 1, cancellation).Single();
            return new BenchmarkResult(Name, seconds) { Remark = string.Create(
                CultureInfo.InvariantCulture, $"{ProcessMemory.Peak / 1e6:0} MB at the most") };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private RgbImage Waves()
    {
        var image = new RgbImage(width, height);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            (int x, int y) = (i / 3 % width, i / 3 / width);
            image.Pixels[i] = (byte)(128 + (90 * Math.Sin((x * 0.05) + (i % 3))) + (30 * Math.Sin(x * y * 0.001)));
        }

        return image;
    }
}

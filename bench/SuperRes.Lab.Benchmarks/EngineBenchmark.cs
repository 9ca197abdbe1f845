using System.Globalization;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Models;
using SuperRes.Lab.Onnx;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks;

/// <summary>A network over a picture, by ONNX Runtime or by torch in bfloat16, beside torch in float32 as the plain way.</summary>
/// <param name="body">The network's name in the registry.</param>
/// <param name="engine">onnx, or bfloat16 for torch's.</param>
/// <param name="threads">How many threads compute.</param>
public sealed class EngineBenchmark(string body, string engine, int threads)
    : Benchmark(string.Create(CultureInfo.InvariantCulture, $"engines/{body}/{engine}/{threads}"))
{
    private const int Side = 512, Repetitions = 3;

    /// <summary>The networks of the shipped models, in each engine, with one and two threads.</summary>
    internal static IEnumerable<Benchmark> All =>
        from body in new[] { "lite", "lite-resnet18" }
        from engine in new[] { "onnx", "bfloat16" }
        from threads in new[] { 1, 2 }
        select new EngineBenchmark(body, engine, threads);

    /// <summary>A model with random weights, as costly as one with trained ones.</summary>
    internal static RestorationModel Model(string body)
    {
        NetworkOptions options = OptionsJson.Read<NetworkOptions>($$"""{"body":"{{body}}"}""", "the benchmark");
        return new(RestorationNetwork.Create(options), new ModelCard(), body);
    }

    /// <inheritdoc/>
    public override double? MeasurePlain(CancellationToken cancellation)
    {
        using RestorationModel model = Model(body);
        return Measure(UpscaleNetwork.Of(model), cancellation);
    }

    /// <inheritdoc/>
    public override BenchmarkResult Measure(MatrixPeak peak, CancellationToken cancellation)
    {
        using RestorationModel model = Model(body);
        if (engine == "bfloat16")
        {
            return new(Name, Measure(UpscaleNetwork.Of(model, ScalarType.BFloat16), cancellation)) { Remark = "seconds per megapixel" };
        }

        using OnnxNetwork network = OnnxNetwork.Of(model, threads);
        return new(Name, Measure(network.ToUpscaler(cancellation), cancellation)) { Remark = "seconds per megapixel" };
    }

    private double Measure(UpscaleNetwork network, CancellationToken cancellation)
    {
        int before = get_num_threads();
        set_num_threads(threads);
        try
        {
            using var scope = NewDisposeScope();
            Tensor image = rand(1, 3, Side, Side);
            return Timing.Median(() => network.Predict(image).Dispose(), Repetitions, cancellation) / (Side * Side / 1e6);
        }
        finally
        {
            set_num_threads(before);
        }
    }
}

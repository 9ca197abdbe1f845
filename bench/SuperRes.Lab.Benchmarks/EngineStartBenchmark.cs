using SuperRes.Lab.Inference;
using SuperRes.Lab.Models;
using SuperRes.Lab.Onnx;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks;

/// <summary>From a weights file to the first small picture: through ONNX Runtime, beside torch as the plain way.</summary>
public sealed class EngineStartBenchmark() : Benchmark("engines/start/onnx")
{
    private const int Side = 64, Repetitions = 5;

    /// <inheritdoc/>
    public override double? MeasurePlain(CancellationToken cancellation) => Measure(
        model => UpscaleNetwork.Of(model).Predict(Picture()).Dispose(), cancellation);

    /// <inheritdoc/>
    public override BenchmarkResult Measure(MatrixPeak peak, CancellationToken cancellation) => new(Name, Measure(
        model =>
        {
            using OnnxNetwork network = OnnxNetwork.Of(model);
            network.Predict(Picture(), cancellation).Dispose();
        },
        cancellation)) { Remark = "seconds from a weights file to the first picture" };

    private static Tensor Picture() => rand(1, 3, Side, Side);

    private static double Measure(Action<RestorationModel> run, CancellationToken cancellation)
    {
        string file = Path.Combine(Path.GetTempPath(), $"superres-bench-{Environment.ProcessId}.safetensors");
        using (RestorationModel model = EngineBenchmark.Model("lite"))
        {
            model.Save(file);
        }

        try
        {
            return Timing.Median(
                () =>
                {
                    using var scope = NewDisposeScope();
                    using RestorationModel model = RestorationModel.Load(file);
                    run(model);
                },
                Repetitions, cancellation);
        }
        finally
        {
            File.Delete(file);
        }
    }
}

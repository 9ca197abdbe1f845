using SuperRes.Lab.Inference;
using SuperRes.Lab.Models;
using SuperRes.Lab.Onnx;

namespace SuperRes.Lab.Web.Jobs;

/// <summary>Puts pictures through models with ONNX Runtime, which can be stopped within a tile. One picture at a time.</summary>
internal sealed class ModelRunner : IDisposable
{
    private const int MostLoaded = 3;
    private readonly long _memory = Math.Min(3L << 30, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3);
    private readonly List<(WebModel Model, OnnxNetwork Network)> _loaded = [];

    /// <summary>Computes a job's result.</summary>
    /// <returns>What is worth knowing of it; null: nothing.</returns>
    public string? Run(Job job)
    {
        var upscaler = new Upscaler(
            Network(job.Model).ToUpscaler(job.Cancellation),
            new UpscaleOptions { Scale = job.Scale == 1 ? null : job.Scale, MemoryLimit = _memory });
        UpscaleFileResult result = upscaler.UpscaleFile(
            job.Input, job.Output, null, new Progress(job), job.Cancellation);
        return result.Frames == 1 ? null : $"The file shows {result.Frames} pictures one after the other; the first was taken.";
    }

    public void Dispose()
    {
        foreach ((_, OnnxNetwork network) in _loaded)
        {
            network.Dispose();
        }
    }

    private OnnxNetwork Network(WebModel model)
    {
        int at = _loaded.FindIndex(one => one.Model == model);
        if (at >= 0)
        {
            return _loaded[at].Network;
        }

        if (_loaded.Count == MostLoaded)
        {
            _loaded[0].Network.Dispose();
            _loaded.RemoveAt(0);
        }

        using RestorationModel weights = RestorationModel.Load(model.Path);
        OnnxNetwork network = OnnxNetwork.Of(weights);
        _loaded.Add((model, network));
        return network;
    }

    private sealed class Progress(Job job) : IProgress<UpscaleProgress>
    {
        public void Report(UpscaleProgress value) => job.Report(value.Fraction, value.Remaining);
    }
}

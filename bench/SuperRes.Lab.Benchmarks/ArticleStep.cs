using SuperRes.Lab.Distributed;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using SuperRes.Lab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks;

/// <summary>A step of the article's training on random pictures: ResNet-34 U-Net with weight norm, vgg16_bn loss, AdamW, everything
/// trainable.</summary>
internal sealed class ArticleStep : IDisposable
{
    private static readonly double[] _rates = [1e-6, 1e-5, 1e-4];
    private readonly DynamicUnet _unet;
    private readonly FeatureLoss _loss;
    private readonly TrainingPair _pair;

    /// <summary>Makes the network and a batch, or each rank's part of one; it belongs to the caller's dispose scope.</summary>
    public ArticleStep(int batch, int size, ScalarType type, Device? device = null, IRanks? ranks = null)
    {
        ranks ??= Ranks.One;
        _pair = new TrainingPair(rand(batch, 3, size, size), rand(batch, 3, size, size))
        {
            Share = ranks.Size == 1 ? null : new BatchShare(ranks.Rank * batch, batch, ranks.Size * batch),
        };
        _unet = new DynamicUnet(new UnetOptions()) { ComputeType = type };
        _unet.to(device ?? CPU);
        _loss = new FeatureLoss(device: device) { ComputeType = type };
        Learner = new Learner(_unet, _loss, new MemoryBatches([_pair])) { Ranks = ranks };
        _unet.train();
    }

    /// <summary>What trains, to freeze a part of.</summary>
    public Learner Learner { get; }

    /// <summary>Makes one step.</summary>
    public void Run() => Learner.TrainStep(_pair, _rates, 0.9);

    public void Dispose()
    {
        Learner.Dispose();
        _loss.Dispose();
        _unet.Dispose();
    }
}

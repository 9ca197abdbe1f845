using SuperRes.Lab.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks.Plain;

/// <summary>The article's training step written down module by module with TorchSharp's own parts: float32, N×C×H×W in memory, its AdamW.</summary>
internal sealed class PlainTraining : IDisposable
{
    private static readonly int[] FeatureLayers = [22, 32, 42];
    private static readonly double[] Weights = [5, 15, 2];
    private readonly List<nn.Module<Tensor, Tensor>> _vgg = [];
    private readonly optim.Optimizer _optimizer;

    public PlainTraining()
    {
        Unet = new PlainUnet();
        Unet.train();
        _optimizer = optim.AdamW(Unet.parameters(), 1e-6, weight_decay: 1e-3);
        int channels = 3;
        foreach (int width in (int[])[64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512])
        {
            if (width == 0)
            {
                _vgg.Add(nn.MaxPool2d(2, 2));
                continue;
            }

            _vgg.AddRange([nn.Conv2d(channels, width, 3, padding: 1), nn.BatchNorm2d(width), nn.ReLU(inplace: true)]);
            channels = width;
        }

        Vgg = nn.Sequential(_vgg);
        Vgg.eval();
        foreach (Parameter parameter in Vgg.parameters())
        {
            parameter.requires_grad = false;
        }
    }

    public PlainUnet Unet { get; }

    public Sequential Vgg { get; }

    /// <summary>One step on images in 0–1; returns the loss.</summary>
    public float Step(Tensor input, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        _optimizer.zero_grad();
        Tensor loss = Loss(input, target);
        loss.backward();
        _optimizer.step();
        return loss.item<float>();
    }

    public Tensor Loss(Tensor input, Tensor target)
    {
        Tensor wanted = ImageNet.Normalize(target), prediction = Unet.call(ImageNet.Normalize(input));
        List<Tensor> expected = Features(wanted), actual = Features(prediction);
        Tensor loss = nn.functional.l1_loss(prediction, wanted);
        for (int i = 0; i < Weights.Length; i++)
        {
            loss = loss + (nn.functional.l1_loss(actual[i], expected[i]) * Weights[i]);
        }

        for (int i = 0; i < Weights.Length; i++)
        {
            loss = loss + (nn.functional.l1_loss(Gram(actual[i]), Gram(expected[i])) * (Weights[i] * Weights[i] * 5e3));
        }

        return loss;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        Vgg.Dispose();
        Unet.Dispose();
    }

    private static Tensor Gram(Tensor features)
    {
        (long n, long c, long h, long w) = (features.shape[0], features.shape[1], features.shape[2], features.shape[3]);
        Tensor flat = features.view(n, c, h * w);
        return flat.matmul(flat.transpose(1, 2)) / (c * h * w);
    }

    private List<Tensor> Features(Tensor x)
    {
        var features = new List<Tensor>();
        for (int i = 0; i < _vgg.Count; i++)
        {
            x = _vgg[i].call(x);
            if (FeatureLayers.Contains(i))
            {
                features.Add(x);
            }
        }

        return features;
    }
}

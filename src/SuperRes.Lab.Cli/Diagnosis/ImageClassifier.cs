using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using SuperRes.Lab.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Cli.Diagnosis;

/// <summary>A class that a classifier sees in a photo.</summary>
/// <param name="Index">Number of the ImageNet class, 0 to 999, in torchvision's order.</param>
/// <param name="Probability">0 to 1.</param>
internal sealed record ClassGuess(int Index, double Probability);

/// <summary>Checks loaded encoder weights by what they were trained for: naming what is in a photo.</summary>
internal static class ImageClassifier
{
    private const int ShorterSide = 256, CropSide = 224;

    /// <summary>Classifies a photo with pretrained weights from the cache.</summary>
    /// <param name="body">resnet18, resnet34 or resnet50.</param>
    /// <param name="photo">The photo; its shorter side is resized to 256 px and the centre 224 px are used, as torchvision's evaluation
    /// does.</param>
    /// <param name="count">How many guesses.</param>
    /// <returns>The likeliest classes, the likeliest first.</returns>
    /// <exception cref="InputException">The body is unknown, or its weights are not in the cache or don't fit.</exception>
    public static IReadOnlyList<ClassGuess> Classify(string body, RgbImage photo, int count = 5)
    {
        _ = ResNet.BlocksOf(body);
        IReadOnlyDictionary<string, Tensor> weights = PretrainedWeights.Load(body);
        try
        {
            if (!weights.ContainsKey("fc.weight"))
            {
                throw new InputException($"The {body} in the cache has no classifier, as ML.NET's; put torchvision's there to classify "
                    + $"photos.");
            }

            using var network = new ResNet(body);
            StateDict.Load(network, weights, $"The pretrained {body}");
            network.eval();
            return Classify(network, photo, count);
        }
        finally
        {
            foreach (Tensor weight in weights.Values)
            {
                weight.Dispose();
            }
        }
    }

    /// <summary>Classifies a photo.</summary>
    /// <param name="network">A network with a head, in evaluation mode.</param>
    /// <param name="photo">The photo.</param>
    /// <param name="count">How many guesses.</param>
    /// <returns>The likeliest classes, the likeliest first.</returns>
    internal static IReadOnlyList<ClassGuess> Classify(ResNet network, RgbImage photo, int count)
    {
        using IDisposable off = no_grad();
        using DisposeScope scope = NewDisposeScope();
        double factor = ShorterSide / (double)Math.Min(photo.Width, photo.Height);
        int width = Math.Max(CropSide, (int)(photo.Width * factor)), height = Math.Max(CropSide, (int)(photo.Height * factor));
        RgbImage crop = Resampler.Resize(photo, width, height, ResampleFilter.Bilinear)
            .Crop((width - CropSide) / 2, (height - CropSide) / 2, CropSide, CropSide);
        (Tensor values, Tensor indices) = network.call(ImageNet.Normalize(crop.ToTensor())).softmax(1)[0].topk(count);
        return [.. indices.data<long>().ToArray().Zip(values.data<float>().ToArray(), (index, value) => new ClassGuess((int)index, value))];
    }
}

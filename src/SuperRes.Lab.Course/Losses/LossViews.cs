using SuperRes.Lab.Features;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using SuperRes.Lab.Show;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Course;

/// <summary>What a feature loss can show of itself.</summary>
public static class LossViews
{
    /// <summary>Features of a photo, before each max pool whose block the loss compares: the channels that vary most, as heat
    /// maps.</summary>
    /// <param name="loss">A loss with features.</param>
    /// <param name="photo">The photo, 32 pixels or more on each side.</param>
    /// <param name="channels">Heat maps per block.</param>
    /// <returns>A row a block, the photo first.</returns>
    public static PictureGrid ShowFeatures(this FeatureLoss loss, RgbImage photo, int channels = 4)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        IReadOnlyList<Tensor> features = FeaturesOf(loss, photo);
        var rows = new List<PictureRow>();
        for (int i = 0; i < features.Count; i++)
        {
            rows.Add(new PictureRow(
                $"feat_{i}: {features[i].shape[1]} of {features[i].shape[3]}×{features[i].shape[2]}",
                [photo, .. FeatureMaps.Strongest(features[i], channels)]));
        }

        return new PictureGrid(["photo", .. Enumerable.Range(1, channels).Select(i => $"map {i}")], rows);
    }

    /// <summary>Gram matrices of several pictures side by side: which channels are strong together, without where.</summary>
    /// <param name="loss">A loss with features.</param>
    /// <param name="block">Which of the loss's blocks, from 0.</param>
    /// <param name="pictures">Name and picture.</param>
    /// <param name="channels">How many channels are shown.</param>
    /// <returns>Two rows: the pictures, and their matrices in the same colours.</returns>
    public static PictureGrid ShowGrams(
        this FeatureLoss loss, int block, IReadOnlyList<(string Name, RgbImage Image)> pictures, int channels = 48)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        Tensor[] grams =
            [.. pictures.Select(
            picture => FeatureLoss.Gram(FeaturesOf(loss, picture.Image)[block])[0].narrow(0, 0, channels).narrow(1, 0, channels).sqrt())];
        double largest = grams.Max(gram => gram.max().item<float>());
        return new PictureGrid(
            [.. pictures.Select(picture => picture.Name)],
            [
                new PictureRow(null, [.. pictures.Select(picture => new PictureCell(picture.Image))]),
                new PictureRow(null, [.. grams.Select(gram => new PictureCell(HeatMap.Of(gram, minimum: 0, maximum: largest).ToImage()))]),
            ]);
    }

    /// <summary>What each term says of degraded pictures.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="target">The picture as it should be.</param>
    /// <param name="degraded">Name and picture, of the target's size; the first is the unit.</param>
    /// <returns>A row a picture, a column a term; values as multiples of the first row's.</returns>
    public static Table TermTable(this FeatureLoss loss, RgbImage target, IReadOnlyList<(string Name, RgbImage Image)> degraded)
    {
        double[][] values = [.. degraded.Select(picture => loss.TermsOf(picture.Image, target).ToArray())];
        IReadOnlyList<object?>[] rows =
        [
            .. degraded.Select((picture, i) => (
                IReadOnlyList<object?>)[picture.Name, .. values[i].Select((value, term) => (object?)(value / values[0][term]))]),
        ];
        return loss.TermNames.Aggregate(
            new Table(["picture", .. loss.TermNames], rows, $"Each term as a multiple of what it says of “{degraded[0].Name}”"),
            (table, term) => table.WithFormat(term, "0.00"));
    }

    private static IReadOnlyList<Tensor> FeaturesOf(FeatureLoss loss, RgbImage picture)
    {
        FeatureNetwork network = loss.Network
            ?? throw new InputException("This loss compares pixels alone, so it has no features to show; give it blocks.");
        Device device = network.parameters().First().device;
        return network.Features(ImageNet.Normalize(picture.ToTensor().to(device)), loss.Layers);
    }

    /// <summary>The loss's terms for one picture.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="target">The picture as it should be, of the same size.</param>
    /// <returns>A value for each of <see cref="FeatureLoss.TermNames"/>, weights included.</returns>
    public static IReadOnlyList<double> TermsOf(this FeatureLoss loss, RgbImage picture, RgbImage target)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        Device device = loss.Network?.parameters().First().device ?? CPU;
        LossTerms terms = loss.Compute(ImageNet.Normalize(picture.ToTensor().to(device)), ImageNet.Normalize(target.ToTensor().to(device)));
        return [.. terms.Values.cpu().data<float>().ToArray().Select(value => (double)value)];
    }
}

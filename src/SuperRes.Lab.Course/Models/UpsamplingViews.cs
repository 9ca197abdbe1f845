using System.Globalization;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using SuperRes.Lab.Show;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Course;

/// <summary>
/// Layers that double a picture's size, each at its random start: transposed convolutions (with the checkerboards of Odena et al. 2016,
/// "Deconvolution and checkerboard artifacts") against pixel shuffles with and without ICNR and blur.
/// </summary>
public static class UpsamplingViews
{
    /// <summary>What each layer makes of a picture before it has learned anything.</summary>
    /// <param name="picture">A small picture; it is shown enlarged.</param>
    /// <param name="seed">Decides the random weights.</param>
    /// <returns>A column a layer; below each its <see cref="Unevenness"/>.</returns>
    public static PictureGrid Compare(RgbImage picture, long seed = 1)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        Tensor input = picture.ToTensor().repeat(2, 1, 1, 1);
        var cells = new List<(string Title, PictureCell Cell)>
        {
            ("nearest neighbour",
                new PictureCell(Resampler.Resize(picture, picture.Width * 2, picture.Height * 2, ResampleFilter.Nearest), "0.0 %")),
        };
        foreach ((string title, nn.Module<Tensor, Tensor> layer) in Layers(seed))
        {
            using (layer)
            {
                string note = string.Create(CultureInfo.InvariantCulture, $"{100 * Unevenness(layer):0.0} %");
                cells.Add((title, new PictureCell(Stretch(layer.call(input)), note)));
            }
        }

        return new PictureGrid(
            [.. cells.Select(cell => cell.Title)], [new PictureRow(null, [.. cells.Select(cell => cell.Cell)])], scale: 2);
    }

    /// <summary>
    /// How strong the checkerboard is: a layer enlarges an even grey, and what should be even differs between the four positions within
    /// 2×2 pixels. 0 for none.
    /// </summary>
    /// <param name="layer">From N×3×H×W to N×C×2H×2W.</param>
    /// <returns>The standard deviation over the four positions, as a share of their mean size.</returns>
    public static double Unevenness(nn.Module<Tensor, Tensor> layer)
    {
        const int Side = 16;
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        Tensor even = full([2, 3, Side, Side], 0.5f, device: layer.parameters().First().device);

        // Away from the border, where padding shows.
        Tensor inner = layer.call(even).narrow(2, Side / 2, Side).narrow(3, Side / 2, Side);
        Tensor phases = nn.functional.pixel_unshuffle(inner, 2).mean([2, 3]).reshape(-1, 4);
        double size = phases.abs().mean().item<float>();
        return size == 0 ? 0 : phases.std(1, unbiased: false).mean().item<float>() / size;
    }

    private static IEnumerable<(string Title, nn.Module<Tensor, Tensor> Layer)> Layers(long seed)
    {
        Func<nn.Module<Tensor, Tensor>>[] make =
        [
            () => nn.ConvTranspose2d(3, 3, 3, stride: 2, padding: 1, output_padding: 1, bias: false),
            () => nn.ConvTranspose2d(3, 3, 4, stride: 2, padding: 1, bias: false),
            () => new PixelShuffleIcnr(3, 3, norm: NormType.Weight, icnr: IcnrMode.AsRun),
            () => new PixelShuffleIcnr(3, 3, norm: NormType.Weight, icnr: IcnrMode.AsIntended),
            () => new PixelShuffleIcnr(3, 3, blur: true, norm: NormType.Weight, icnr: IcnrMode.AsIntended),
        ];
        string[] titles = ["transposed 3×3", "transposed 4×4", "pixel shuffle, random", "pixel shuffle, ICNR", "ICNR and blur"];
        for (int i = 0; i < make.Length; i++)
        {
            using var random = new TorchSeed(seed, titles[i]);
            yield return (titles[i], make[i]());
        }
    }

    /// <summary>The liveliest channel, from its smallest to its largest value as black to white, so that every layer's picture can be
    /// seen.</summary>
    private static RgbImage Stretch(Tensor output)
    {
        long channel = output[0].std([1, 2]).argmax().item<long>();
        output = output.narrow(0, 0, 1).narrow(1, channel, 1);
        Tensor low = output.amin([2, 3], keepdim: true), high = output.amax([2, 3], keepdim: true);
        return RgbImage.FromTensor((output - low) / (high - low + 1e-6f));
    }
}

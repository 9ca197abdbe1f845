using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Metrics;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Inference;

public sealed class MembraneTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(24)]
    public void Fill_GapInASlope_ContinuesIt(int gap)
    {
        // A plane is what a membrane spans between its edges.
        using Tensor columns = arange(64, ScalarType.Float32), slope = (columns / 64).expand(1, 3, 48, 64).clone();
        using Tensor missing = zeros(1, 1, 48, 64, ScalarType.Bool);
        using Tensor part = missing.narrow(2, 10, gap).narrow(3, 20, gap);
        part.fill_(true);
        using Tensor holed = slope.masked_fill(missing, 1), filled = Membrane.Fill(holed, missing);
        Assert.True((filled - slope).abs().max().item<float>() < 0.03f);
        Assert.True(where(missing, zeros_like(slope), filled - slope).abs().max().item<float>() == 0, "known pixels changed");
    }

    [Fact]
    public void Fill_NothingKnown_IsANumber()
    {
        using Tensor picture = zeros(1, 3, 5, 7), missing = ones(1, 1, 5, 7, ScalarType.Bool), filled = Membrane.Fill(picture, missing);
        Assert.Equal([1, 3, 5, 7], filled.shape);
        Assert.False(filled.isnan().any().item<bool>());
    }

    [Fact]
    public void Upscale_GivenMask_ChangesMaskedPixelsAloneAndComesNearThePhoto()
    {
        RgbImage photo = Photo(), holed = photo.Clone(), mask = new(photo.Width, photo.Height);
        var masked = new bool[photo.Width * photo.Height];
        for (int y = 200; y < 204; y++)
        {
            masked.AsSpan((y * photo.Width) + 40, 300).Fill(true);
            mask.Pixels.AsSpan(((y * photo.Width) + 40) * 3, 900).Fill(255);
            holed.Pixels.AsSpan(((y * photo.Width) + 40) * 3, 900).Fill(255);
        }

        RgbImage filled = new Upscaler(UpscaleNetwork.Filling(), new() { Mask = mask, Tile = 128 }).Upscale(holed);
        Assert.Equal(double.PositiveInfinity, Psnr.Rgb(filled, photo, Array.ConvertAll(masked, m => !m)));
        Assert.True(Psnr.Rgb(filled, photo, masked) > 28, $"{Psnr.Rgb(filled, photo, masked):0.0} dB");
    }

    [Fact]
    public void Upscale_NetworkThatPaintsAHoleGrey_IsFilledFromAround()
    {
        RgbImage photo = Photo(), holed = photo.Clone();
        for (int y = 200; y < 210; y++)
        {
            holed.Pixels.AsSpan(((y * photo.Width) + 100) * 3, 30).Fill(255);
        }

        var painter = new UpscaleNetwork("painter", 1,
            input => where(input.amin([1], keepdim: true) > 0.999, full_like(input, 0.5), input));
        RgbImage plain = new Upscaler(painter).Upscale(holed), filled = new Upscaler(painter.WithMarksFilled()).Upscale(holed);
        Assert.True(Psnr.Rgb(filled, photo) > Psnr.Rgb(plain, photo) + 3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OverMarks_MarkThatShowsThePhoto_KeepsTheNetworksPicture(bool shows)
    {
        using Tensor photo = Photo().ToTensor(), mark = zeros(1, 1, photo.shape[2], photo.shape[3], ScalarType.Bool);
        mark.narrow(2, 100, 60).narrow(3, 100, 60).fill_(true);
        using Tensor covered = shows ? (photo * 0.6) + 0.4 : ones_like(photo), input = where(mark, covered, photo);
        using Tensor output = Membrane.OverMarks(input, photo.clone()), error = (output - photo).abs().masked_select(mark);
        float levels = error.mean().item<float>() * 255;
        Assert.True(shows ? levels < 0.1 : levels > 4, $"{levels} of 255");
        Assert.True(where(mark, zeros_like(photo), output - photo).abs().max().item<float>() == 0, "other pixels changed");
    }

    private static RgbImage Photo() => ImageCodec.Read(Path.Combine(LabFolders.Root, "data", "samples", "chelsea.png"));
}

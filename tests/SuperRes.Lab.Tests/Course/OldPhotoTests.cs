using SuperRes.Lab.Course;
using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Models;

namespace SuperRes.Lab.Tests.Course;

public sealed class OldPhotoTests
{
    [Fact]
    public void Retouch_AstronautWithNineScratchesAFoldAndDust_TakesThemOffAndKeepsTheTone()
    {
        RgbImage photo = ImageCodec.Read(Path.Combine(LabFolders.Root, "data", "samples", "astronaut.png"));
        (RgbImage unmarked, RgbImage old) = OldPhoto.Of(photo);
        bool[] masked = [.. Enumerable.Range(0, photo.Width * photo.Height)
            .Select(i => !unmarked.Pixels.AsSpan(3 * i, 3).SequenceEqual(old.Pixels.AsSpan(3 * i, 3)))];
        using RestorationModel model = RestorationModel.Load(Path.Combine(LabFolders.Root, "models", "retouch.safetensors"));
        RgbImage restored = EvaluatedModel.Of(model).Run(old);

        // Seen: 16.43 -> 24.64 dB of the masked pixels, 41.1 dB of the others.
        Assert.True(Psnr.Rgb(restored, unmarked, masked) > Psnr.Rgb(old, unmarked, masked) + 7.5);
        Assert.True(Psnr.Rgb(restored, unmarked, Array.ConvertAll(masked, m => !m)) > 40);
        (double red, double blue) = (Mean(restored, 0), Mean(restored, 2));
        Assert.Equal(Mean(unmarked, 0), red, 1.0);
        Assert.Equal(Mean(unmarked, 2), blue, 1.0);
        Assert.True(red > blue + 10, "the photo is sepia");
    }

    private static double Mean(RgbImage image, int channel)
        => Enumerable.Range(0, image.Width * image.Height).Average(i => (double)image.Pixels[(3 * i) + channel]);
}

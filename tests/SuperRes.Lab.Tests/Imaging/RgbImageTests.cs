using SuperRes.Lab.Imaging;
using TorchSharp;

namespace SuperRes.Lab.Tests.Imaging;

public sealed class RgbImageTests
{
    [Fact]
    public void ToTensor_OfPicture_GivesPlanesIn0To1()
    {
        var image = new RgbImage(2, 2, [0, 51, 255, 10, 20, 30, 1, 2, 3, 100, 101, 102]);
        using torch.Tensor tensor = image.ToTensor();
        Assert.Equal([1, 3, 2, 2], tensor.shape);
        Assert.Equal(torch.ScalarType.Float32, tensor.dtype);
        float[] expected = [.. new[] { 0, 10, 1, 100, 51, 20, 2, 101, 255, 30, 3, 102 }.Select(value => value / 255f)];
        Assert.Equal(expected, tensor.data<float>().ToArray());
    }

    [Fact]
    public void FromTensor_OfToTensor_GivesEveryByteBack()
    {
        var image = new RgbImage(16, 16, [.. Enumerable.Range(0, 768).Select(i => (byte)(i / 3))]);
        using torch.Tensor tensor = image.ToTensor();
        Assert.Equal(image.Pixels, RgbImage.FromTensor(tensor).Pixels);
        using torch.Tensor single = tensor.squeeze(0).to(torch.float64);
        Assert.Equal(image.Pixels, RgbImage.FromTensor(single).Pixels);
    }

    [Fact]
    public void FromTensor_OfValuesBetweenAndBeyond_RoundsHalfToEvenAndClamps()
    {
        using torch.Tensor tensor =
            torch.tensor(new[] { 0.5f / 255, 1.5f / 255, 2.5f / 255, -3, 7, float.NaN, float.PositiveInfinity, 1 }).reshape(1, 1, 2, 4);
        RgbImage image = RgbImage.FromTensor(tensor);
        Assert.Equal((4, 2), (image.Width, image.Height));
        Assert.Equal([0, 2, 2, 0, 255, 0, 255, 255], image.Pixels.Where((_, i) => i % 3 == 1));
        Assert.True(PixelOrder.IsGrey(image.Pixels));
    }

    [Fact]
    public void FromTensor_OfOtherShapes_IsRefused()
    {
        foreach (long[] shape in new long[][] { [2, 3, 4, 4], [2, 4, 4], [4, 4], [1, 3, 0, 4] })
        {
            using torch.Tensor tensor = torch.zeros(shape);
            Assert.Contains(string.Join('×', shape), Assert.Throws<ArgumentException>(() => RgbImage.FromTensor(tensor)).Message);
        }
    }

    [Fact]
    public void Conversions_LeaveNoTensorBehind()
    {
        RgbImage image = EncodedImages.Sample(10, 10);
        using var scope = torch.NewDisposeScope();
        using torch.Tensor tensor = image.ToTensor();
        RgbImage.FromTensor(tensor);
        Assert.Equal(1, scope.DisposablesCount);
    }

    [Fact]
    public void Crop_InsideAndOutside_CopiesOrRefuses()
    {
        RgbImage image = EncodedImages.Sample(5, 4);
        RgbImage part = image.Crop(3, 2, 2, 2);
        Assert.Equal(image.Pixels.AsSpan(((2 * 5) + 3) * 3, 6).ToArray(), part.Pixels[..6]);
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Crop(4, 0, 2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Crop(1, 0, int.MaxValue, 1));
        RgbImage copy = image.Clone();
        copy.Pixels[0]++;
        Assert.NotEqual(copy.Pixels[0], image.Pixels[0]);
    }

    [Fact]
    public void Constructor_OfSizesThatDoNotFit_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new RgbImage(2, 2, new byte[11]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RgbImage(0, 2));
    }
}

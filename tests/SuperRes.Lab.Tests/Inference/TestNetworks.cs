using System.Runtime.InteropServices;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SuperRes.Lab.Tests.Inference;

/// <summary>Small networks whose receptive radius is known by construction.</summary>
internal static class TestNetworks
{
    /// <summary>Gives back what it gets: the plain enlargement.</summary>
    public static UpscaleNetwork Identity(int scale = 2, string task = "super-resolution")
        => new("identity", scale, x => x.clone()) { Task = task, WorkingBytesPerPixel = 64 };

    /// <summary>Writes a 16-bit PNG.</summary>
    /// <param name="image">1×C×H×W float32 on the CPU in 0–1.</param>
    /// <param name="metadata">What stands beside the pixels; null: nothing.</param>
    public static byte[] DeepPng(Tensor image, ImageMetadata? metadata = null)
    {
        int channels = (int)image.shape[1], height = (int)image.shape[2], width = (int)image.shape[3];
        using var file = new MemoryStream();
        using Tensor rows = image.permute(0, 2, 3, 1).contiguous();
        ushort[] values = [.. rows.data<float>().Select(value => (ushort)MathF.Round(Math.Clamp(value, 0, 1) * 65535))];
        using (var writer = new RowWriter(file, "PNG", width, height, channels, 16, metadata ?? ImageMetadata.None, 90))
        {
            writer.Write(MemoryMarshal.AsBytes<ushort>(values));
            writer.Finish();
        }

        return file.ToArray();
    }

    /// <summary>Reads a file in 16 bits: 1×C×H×W in 0–1, C being 3, or 4 with alpha.</summary>
    public static Tensor ReadDeep(string path)
    {
        using ImageReader reader = ImageCodec.OpenReader(path, null);
        Assert.Equal(16, reader.Bits);
        float[] values = Array.ConvertAll(reader.ReadShorts(), value => value / 65535f);
        using Tensor rows = tensor(values, [1, reader.Height, reader.Width, reader.Channels]);
        return rows.permute(0, 3, 1, 2).contiguous();
    }

    /// <summary>Upscales a folder as <c>superres upscale</c> does.</summary>
    public static UpscaleFolderResult UpscaleFolder(
        this Upscaler upscaler, string folder, string output, bool overwrite = false, bool recursive = false)
    {
        IReadOnlyList<string> inputs = ImageCodec.ListImages(folder, recursive);
        Upscaler.CheckOutputFolder(folder, output, recursive);
        return upscaler.UpscaleFiles(
            inputs, Upscaler.OutputNames([.. inputs.Select(input => Path.GetRelativePath(folder, input))], output), overwrite);
    }

    /// <summary>A 3×3 convolution with zero padding beside a branch that pools by 4, convolves and comes back: radius 1 + 7 + 1 =
    /// 9.</summary>
    /// <remarks>
    /// A pixel's cell of 4 sees its neighbour cells, whose far ends are up to 7 away; a 3×3 convolution before and one after add 1 each.
    /// </remarks>
    public static UpscaleNetwork Pooling(int scale = 2, int radius = 9, int multiple = 4)
    {
        Tensor before = Weights("before"), middle = Weights("middle"), after = Weights("after");
        return new("pooling", scale, Predict) { ReceptiveRadius = radius, SizeMultiple = multiple, WorkingBytesPerPixel = 64 };

        Tensor Predict(Tensor x)
        {
            long height = x.shape[2], width = x.shape[3];
            using var scope = NewDisposeScope();
            Tensor padded = F.pad(x, [0, (4 - (width % 4)) % 4, 0, (4 - (height % 4)) % 4], PaddingModes.Replicate);
            Tensor first = F.conv2d(padded, before, padding: [1, 1]);
            Tensor pooled = F.conv2d(F.avg_pool2d(first, 4), middle, padding: [1, 1]);
            Tensor joined = first + F.interpolate(pooled, scale_factor: [4, 4], mode: InterpolationMode.Nearest);
            return F.conv2d(joined, after, padding: [1, 1]).narrow(2, 0, height).narrow(3, 0, width).MoveToOuterDisposeScope();
        }
    }

    public static RgbImage Noise(int width, int height, long seed)
    {
        var random = new RandomStream(seed, "noise");
        var image = new RgbImage(width, height);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)random.NextInt(256);
        }

        return image;
    }

    /// <summary>The plain enlargement that networks are given: in floating point, where Pillow rounds and clamps after each of its two
    /// passes.</summary>
    public static RgbImage Enlarged(RgbImage image, int scale, ResampleFilter filter = ResampleFilter.Bicubic)
    {
        using Tensor small = image.ToTensor(), large = Resampler.Resize(small, image.Height * scale, image.Width * scale, filter);
        return RgbImage.FromTensor(large);
    }

    public static int MostDifference(RgbImage a, RgbImage b)
    {
        Assert.Equal((a.Width, a.Height), (b.Width, b.Height));
        return a.Pixels.Zip(b.Pixels, (x, y) => Math.Abs(x - y)).Max();
    }

    private static Tensor Weights(string name)
    {
        var random = new RandomStream(5, name);
        // Positive weights that sum to about 0.9 per channel keep the values in 0–1, where clamping would hide differences.
        float[] values = [.. Enumerable.Range(0, 81).Select(_ => (float)(random.NextDouble() * 0.9 / 13.5 * 0.66))];
        return tensor(values, [3, 3, 3, 3]);
    }
}

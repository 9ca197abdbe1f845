using SuperRes.Lab.Imaging;
using static TorchSharp.torch;

namespace SuperRes.Lab.Inference;

/// <summary>A photo's file on its way into the network: its rows, and what is kept beside them.</summary>
/// <param name="Rows">The colours, upright; hidden ones filled in so that they don't smear.</param>
internal sealed record PhotoInput(RowSource Rows) : IDisposable
{
    /// <summary>The picture as a whole, as the network is given it; null where its rows are read one by one.</summary>
    public RgbImage? Picture { get; private init; }

    /// <summary>H × W bytes of transparency; null: opaque, or <see cref="DeepAlpha"/>.</summary>
    public byte[]? Alpha { get; private init; }

    /// <summary>1×1×H×W transparency in 0–1 of a file with 16 bits; null: opaque.</summary>
    public Tensor? DeepAlpha { get; private init; }

    /// <summary>Every pixel is grey.</summary>
    public bool IsGrey { get; private init; }

    /// <summary>Bits per channel of the file: 8 or 16.</summary>
    public int Bits { get; private init; } = 8;

    public ImageMetadata Metadata { get; private init; } = ImageMetadata.None;

    private Tensor? Deep { get; init; }

    /// <summary>Whether a file has 16 bits a channel.</summary>
    public static bool IsDeep(string path, ImageInfo header) => header.Format == "PNG" && FileStamp.Guard(path, () =>
    {
        using FileStream file = File.OpenRead(path);
        file.Position = 24;
        return file.ReadByte() == 16;
    });

    /// <summary>Reads a file as a whole, and says so where it changed meanwhile.</summary>
    public static PhotoInput Read(string path)
    {
        FileStamp before = FileStamp.Of(path);
        byte[] bytes = FileStamp.Guard(path, () => File.ReadAllBytes(path));
        before.RequireSame(path, bytes.LongLength);
        return DeepPng.Read(bytes) is { } deep ? OfDeep(deep, MetadataReader.Read(bytes, "PNG"))
            : Of(ImageCodec.DecodeWithAlpha(bytes, path));
    }

    /// <summary>Opens a file whose rows can be read one by one.</summary>
    /// <returns>The photo; null where the file is of a kind that must be decoded as a whole.</returns>
    public static PhotoInput? Stream(string path, ImageInfo header)
    {
        FileRows? rows = FileRows.Open(path, header);
        return rows is null ? null
            : new(rows) { IsGrey = rows.IsGrey, Bits = rows.Bits, Metadata = MetadataReader.ReadStart(path, header.Format) };
    }

    public void Dispose()
    {
        Rows.Dispose();
        Deep?.Dispose();
        DeepAlpha?.Dispose();
    }

    private static PhotoInput Of(DecodedImage photo)
    {
        RgbImage shown = photo.Image;
        if (photo.Alpha is not null)
        {
            shown = shown.Clone();
            TransparentFill.Fill(shown.Pixels, photo.Alpha, shown.Width, shown.Height);
        }

        return new(new PictureRows(shown)) { Picture = shown, Alpha = photo.Alpha, IsGrey = photo.IsGrey, Metadata = photo.Metadata };
    }

    private static PhotoInput OfDeep(Tensor image, ImageMetadata metadata)
    {
        using (image)
        {
            using var scope = NewDisposeScope();
            long channels = image.shape[1];
            Tensor colours = channels < 3 ? image.narrow(1, 0, 1).expand(-1, 3, -1, -1).contiguous() : image.narrow(1, 0, 3).contiguous();
            Tensor? alpha = channels is 2 or 4 ? image.narrow(1, channels - 1, 1).contiguous() : null;
            bool grey = channels < 3 || (colours.narrow(1, 0, 2) - colours.narrow(1, 1, 2)).abs().max().item<float>() == 0;
            RgbImage picture = RgbImage.FromTensor(colours);
            if (alpha is not null)
            {
                byte[] opacity = [.. alpha.data<float>().Select(a => (byte)(a > 0 ? 255 : 0))];
                Tensor filled = colours.permute(0, 2, 3, 1).contiguous();
                float[] values = filled.data<float>().ToArray();
                TransparentFill.Fill(values, opacity, picture.Width, picture.Height);
                colours = tensor(values, filled.shape).permute(0, 3, 1, 2).contiguous();
                picture = RgbImage.FromTensor(colours);
            }

            colours.DetachFromDisposeScope();
            alpha?.DetachFromDisposeScope();
            return new(new TensorRows(colours)) { Picture = picture, Deep = colours, DeepAlpha = alpha, IsGrey = grey, Bits = 16,
                Metadata = metadata };
        }
    }
}

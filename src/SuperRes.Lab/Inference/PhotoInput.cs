using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Inference;

/// <summary>A photo's file on its way into the network: its rows, and what is kept beside them.</summary>
/// <param name="Rows">The colours, upright; hidden ones filled in so that they don't smear.</param>
internal sealed record PhotoInput(RowSource Rows) : IDisposable
{
    /// <summary>The picture as a whole, as the network is given it; null where its rows are read one by one.</summary>
    public RgbImage? Picture { get; private init; }

    /// <summary>H × W values of transparency in <see cref="Bits"/>; null: opaque.</summary>
    public ushort[]? Alpha { get; private init; }

    /// <summary>Every pixel is grey.</summary>
    public bool IsGrey { get; private init; }

    /// <summary>Bits per channel of the file: 8 or 16.</summary>
    public int Bits { get; private init; } = 8;

    public ImageMetadata Metadata { get; private init; } = ImageMetadata.None;

    /// <summary>Takes a file's rows as they are decoded.</summary>
    /// <param name="reader">The file; it is the photo's from now on.</param>
    /// <param name="stamp">How the file looked when it was opened.</param>
    /// <param name="path">The file's name.</param>
    public static PhotoInput Stream(ImageReader reader, FileStamp stamp, string path)
        => new(new FileRows(reader, stamp, path)) { IsGrey = reader.StoresGrey, Bits = reader.Bits, Metadata = reader.Metadata };

    /// <summary>Takes a file as a whole, and says so where it changed meanwhile.</summary>
    public static PhotoInput Whole(ImageReader reader, FileStamp stamp, string path)
    {
        (int width, int height) = (reader.Width, reader.Height);
        PhotoInput photo;
        if (reader.Bits == 8)
        {
            DecodedImage decoded = DecodedImage.Of(reader);
            ushort[]? alpha = decoded.Alpha is null ? null : Array.ConvertAll(decoded.Alpha, value => (ushort)value);
            Fill(decoded.Image.Pixels, alpha, width, height);
            photo = new(new PictureRows(decoded.Image)) { Picture = decoded.Image, Alpha = alpha, IsGrey = decoded.IsGrey };
        }
        else
        {
            (ushort[] colours, ushort[]? alpha) = Split(reader.ReadShorts(), reader.Channels);
            bool grey = IsAllGrey(colours);
            Fill(colours, alpha, width, height);
            var picture = new RgbImage(width, height, Array.ConvertAll(colours, value => (byte)((value + 128) / 257)));
            photo = new(new DeepRows(colours, width, height)) { Picture = picture, Alpha = alpha, IsGrey = grey, Bits = 16 };
        }

        stamp.RequireSame(path);
        reader.Dispose();
        return photo with { Metadata = reader.Metadata };
    }

    public void Dispose() => Rows.Dispose();

    private static void Fill<T>(T[] pixels, ushort[]? alpha, int width, int height)
        where T : struct, System.Numerics.INumber<T>
    {
        if (alpha is not null)
        {
            TransparentFill.Fill(pixels, Array.ConvertAll(alpha, value => value > 0 ? byte.MaxValue : byte.MinValue), width, height);
        }
    }

    private static (ushort[] Colours, ushort[]? Alpha) Split(ushort[] values, int channels)
    {
        if (channels == 3)
        {
            return (values, null);
        }

        ushort[] colours = new ushort[values.Length / 4 * 3], alpha = new ushort[values.Length / 4];
        for (int i = 0; i < alpha.Length; i++)
        {
            values.AsSpan(i * 4, 3).CopyTo(colours.AsSpan(i * 3));
            alpha[i] = values[(i * 4) + 3];
        }

        return (colours, alpha.AsSpan().ContainsAnyExcept(ushort.MaxValue) ? alpha : null);
    }

    private static bool IsAllGrey(ushort[] pixels)
    {
        for (int i = 0; i < pixels.Length; i += 3)
        {
            if (pixels[i] != pixels[i + 1] || pixels[i] != pixels[i + 2])
            {
                return false;
            }
        }

        return true;
    }
}

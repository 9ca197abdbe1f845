using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SuperRes.Lab.Imaging;
using static TorchSharp.torch;

namespace SuperRes.Lab.Inference;

/// <summary>PNG files with 16 bits per channel, which the general decoder cuts to 8.</summary>
internal static class DeepPng
{
    // Adam7: where each of the seven pictures begins, and how far apart its pixels are.
    private static readonly (int X, int Y, int Right, int Down)[] _passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>Reads a 16-bit PNG.</summary>
    /// <param name="file">The file.</param>
    /// <returns>
    /// 1×C×H×W float32 in 0–1, upright, C being 1 to 4 (grey, grey + alpha, RGB, RGB + alpha; a transparent colour becomes alpha); null
    /// for files that are no 16-bit PNG, and for broken ones.
    /// </returns>
    public static Tensor? Read(byte[] file)
    {
        using var stream = new MemoryStream(file);
        using PngReader? reader = PngReader.Open(stream);
        if (reader is not { BytesPerChannel: 2 })
        {
            return null;
        }

        using var scope = NewDisposeScope();
        try
        {
            Tensor image = ReadPixels(reader);
            using var whole = new MemoryStream(file);
            return Turned(image, Exif.Orientation(MetadataReader.PngExif(whole))).contiguous().MoveToOuterDisposeScope();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            return null;
        }
    }

    /// <summary>A value in 0–1 as 16 bits.</summary>
    public static ushort To16(float value) => (ushort)MathF.Round(Math.Clamp(value, 0, 1) * ushort.MaxValue);

    private static Tensor ReadPixels(PngReader reader)
    {
        int channels = reader.Channels, stored = channels + (reader.TransparentColor?.Length == channels ? 1 : 0),
            plane = reader.Width * reader.Height;
        Tensor image = empty(1, stored, reader.Height, reader.Width, dtype: float32);
        foreach ((int left, int top, int right, int down) in reader.IsInterlaced ? _passes : [(0, 0, 1, 1)])
        {
            int width = (reader.Width - left + right - 1) / right;
            if (width <= 0)
            {
                continue;
            }

            reader.Begin(width);
            for (int y = top; y < reader.Height; y += down)
            {
                ReadOnlySpan<byte> row = reader.Next();
                Span<float> values = MemoryMarshal.Cast<byte, float>(image.bytes);
                for (int x = 0, at = (y * reader.Width) + left; x < width; x++, at += right)
                {
                    bool hidden = stored > channels;
                    for (int c = 0; c < channels; c++)
                    {
                        ushort value = BinaryPrimitives.ReadUInt16BigEndian(row[(((x * channels) + c) * 2)..]);
                        values[(c * plane) + at] = value / (float)ushort.MaxValue;
                        hidden = hidden && value == reader.TransparentColor![c];
                    }

                    if (stored > channels)
                    {
                        values[(channels * plane) + at] = hidden ? 0 : 1;
                    }
                }
            }
        }

        return image;
    }

    /// <summary>Turns stored pixels as their EXIF orientation asks.</summary>
    private static Tensor Turned(Tensor image, int orientation) => orientation switch
    {
        2 => image.flip(3),
        3 => image.flip(2, 3),
        4 => image.flip(2),
        5 => image.transpose(2, 3),
        6 => image.transpose(2, 3).flip(3),
        7 => image.transpose(2, 3).flip(2, 3),
        8 => image.transpose(2, 3).flip(2),
        _ => image,
    };
}

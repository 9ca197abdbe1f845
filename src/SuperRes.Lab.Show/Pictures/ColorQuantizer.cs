namespace SuperRes.Lab.Show;

/// <summary>Reduces a photo to 256 colours: median cut (Heckbert 1982) and error diffusion (Floyd and Steinberg 1976).</summary>
internal static class ColorQuantizer
{
    // The paper of a sheet, which is the palette's first colour and takes no part in the diffusion: it stays clean.
    private const uint White = 0xFFFFFF;

    /// <summary>Reduces colours.</summary>
    /// <param name="pixels">height × width × 3 bytes, R, G, B.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <returns>A palette of 0xRRGGBB and an index per pixel.</returns>
    public static (uint[] Palette, byte[] Indices) Reduce(byte[] pixels, int width)
    {
        uint[] palette = MedianCut(pixels);
        byte[] lookup = new byte[1 << 15];
        for (int i = 0; i < lookup.Length; i++)
        {
            lookup[i] = Nearest(palette, ((i >> 10) << 3) | 4, (((i >> 5) & 31) << 3) | 4, ((i & 31) << 3) | 4);
        }

        return (palette, Diffuse(pixels, width, palette, lookup));
    }

    private static uint[] MedianCut(byte[] pixels)
    {
        // A few ten thousand pixels say enough about a picture's colours.
        int step = Math.Max(1, pixels.Length / 3 / 65536);
        var samples = new List<(byte R, byte G, byte B)>();
        for (int i = 0; i + 2 < pixels.Length; i += 3 * step)
        {
            if ((pixels[i] & pixels[i + 1] & pixels[i + 2]) != 255)
            {
                samples.Add((pixels[i], pixels[i + 1], pixels[i + 2]));
            }
        }

        if (samples.Count == 0)
        {
            return [White];
        }

        (byte R, byte G, byte B)[] all = [.. samples];
        var boxes = new List<(int Start, int Length)> { (0, all.Length) };
        while (boxes.Count < 255)
        {
            int widest = -1;
            int most = 0;
            for (int i = 0; i < boxes.Count; i++)
            {
                int spread = Spread(all.AsSpan(boxes[i].Start, boxes[i].Length), out _) * (int)Math.Sqrt(boxes[i].Length);
                if (boxes[i].Length > 1 && spread > most)
                {
                    (widest, most) = (i, spread);
                }
            }

            if (widest < 0)
            {
                break;
            }

            (int start, int length) = boxes[widest];
            Span<(byte R, byte G, byte B)> box = all.AsSpan(start, length);
            Spread(box, out int channel);
            box.Sort((a, b) => Channel(a, channel).CompareTo(Channel(b, channel)));
            boxes[widest] = (start, length / 2);
            boxes.Add((start + (length / 2), length - (length / 2)));
        }

        return boxes.Select(b => Mean(all.AsSpan(b.Start, b.Length))).Prepend(White).Distinct().ToArray();
    }

    private static int Spread(ReadOnlySpan<(byte R, byte G, byte B)> box, out int channel)
    {
        (int lowR, int highR, int lowG, int highG, int lowB, int highB) = (255, 0, 255, 0, 255, 0);
        foreach ((byte r, byte g, byte b) in box)
        {
            (lowR, highR) = (Math.Min(lowR, r), Math.Max(highR, r));
            (lowG, highG) = (Math.Min(lowG, g), Math.Max(highG, g));
            (lowB, highB) = (Math.Min(lowB, b), Math.Max(highB, b));
        }

        (int spreadR, int spreadG, int spreadB) = (highR - lowR, highG - lowG, highB - lowB);
        channel = spreadG >= spreadR && spreadG >= spreadB ? 1 : spreadR >= spreadB ? 0 : 2;
        return Math.Max(spreadR, Math.Max(spreadG, spreadB));
    }

    private static byte Channel((byte R, byte G, byte B) color, int channel) => channel switch { 0 => color.R, 1 => color.G, _ => color.B };

    private static uint Mean(ReadOnlySpan<(byte R, byte G, byte B)> box)
    {
        (long r, long g, long b) = (0, 0, 0);
        foreach ((byte red, byte green, byte blue) in box)
        {
            (r, g, b) = (r + red, g + green, b + blue);
        }

        int half = box.Length / 2;
        return (uint)(((r + half) / box.Length << 16) | ((g + half) / box.Length << 8) | ((b + half) / box.Length));
    }

    private static byte Nearest(uint[] palette, int red, int green, int blue)
    {
        (int best, int least) = (0, int.MaxValue);
        for (int i = 0; i < palette.Length; i++)
        {
            (int r, int g, int b) = ((int)(palette[i] >> 16) - red, (int)((palette[i] >> 8) & 255) - green, (int)(palette[i] & 255) - blue);
            int distance = (2 * r * r) + (4 * g * g) + (b * b);
            if (distance < least)
            {
                (best, least) = (i, distance);
            }
        }

        return (byte)best;
    }

    private static byte[] Diffuse(byte[] pixels, int width, uint[] palette, byte[] lookup)
    {
        int height = pixels.Length / 3 / width;
        byte[] indices = new byte[width * height];

        // Sixteenths of the error carried over to this row and the next, with a place to spare at each end.
        int[] here = new int[(width + 2) * 3];
        int[] next = new int[(width + 2) * 3];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int at = ((y * width) + x) * 3;
                int place = (x + 1) * 3;
                if ((pixels[at] & pixels[at + 1] & pixels[at + 2]) == 255)
                {
                    continue;
                }

                Span<int> wanted = [0, 0, 0];
                for (int c = 0; c < 3; c++)
                {
                    wanted[c] = Math.Clamp(pixels[at + c] + (here[place + c] / 16), 0, 255);
                }

                byte index = lookup[(wanted[0] >> 3 << 10) | (wanted[1] >> 3 << 5) | (wanted[2] >> 3)];
                indices[(y * width) + x] = index;
                for (int c = 0; c < 3; c++)
                {
                    int error = wanted[c] - (int)((palette[index] >> (16 - (8 * c))) & 255);
                    here[place + 3 + c] += error * 7;
                    next[place - 3 + c] += error * 3;
                    next[place + c] += error * 5;
                    next[place + 3 + c] += error;
                }
            }

            (here, next) = (next, here);
            Array.Clear(next);
        }

        return indices;
    }
}

namespace SuperRes.Lab.Degradations;

/// <summary>
/// What a picture looks like after it was stored as a baseline JPEG and read again, value for value as libjpeg-turbo gives it (8-bit,
/// accurate integer DCT, the standard's tables, triangular chroma upsampling). Entropy coding loses nothing and is left out, which
/// makes this about ten times as fast as a codec and the same on every machine.
/// </summary>
internal sealed class JpegRoundTrip
{
    private const int Scale = 16;
    private const int Half = 1 << (Scale - 1);

    private readonly JpegPlane _luma = new(), _blue = new(), _red = new();
    private readonly int[] _lumaTable = new int[64], _chromaTable = new int[64];
    private byte[] _fullBlue = [], _fullRed = [];

    /// <summary>Replaces the canvas's picture.</summary>
    /// <param name="canvas">The picture.</param>
    /// <param name="quality">1–100, as libjpeg counts.</param>
    /// <param name="halveChroma">4:2:0 if true, or else 4:4:4.</param>
    public void Apply(Canvas canvas, int quality, bool halveChroma)
    {
        int step = halveChroma ? 2 : 1;
        int chromaWidth = (canvas.Width + step - 1) / step, chromaHeight = (canvas.Height + step - 1) / step;
        _luma.SetSize(canvas.Width, canvas.Height);
        _blue.SetSize(chromaWidth, chromaHeight);
        _red.SetSize(chromaWidth, chromaHeight);
        Separate(canvas, halveChroma);
        JpegTables.Fill(_lumaTable, _chromaTable, quality);
        _luma.Quantise(_lumaTable);
        _blue.Quantise(_chromaTable);
        _red.Quantise(_chromaTable);
        if (halveChroma)
        {
            _fullBlue = _blue.Upsample(canvas.Width, canvas.Height, _fullBlue);
            _fullRed = _red.Upsample(canvas.Width, canvas.Height, _fullRed);
            Join(canvas, _fullBlue, _fullRed, canvas.Width);
        }
        else
        {
            Join(canvas, _blue.Samples, _red.Samples, _blue.Stride);
        }
    }

    /// <summary>RGB to luma and chroma; chroma at half size is the mean of four, rounded up and down by turns.</summary>
    private void Separate(Canvas canvas, bool halveChroma)
    {
        (int width, int height) = (canvas.Width, canvas.Height);
        ReadOnlySpan<uint> pixels = canvas.Pixels;
        int count = width * height;
        if (halveChroma && _fullBlue.Length < count)
        {
            (_fullBlue, _fullRed) = (new byte[count], new byte[count]);
        }

        byte[] blue = halveChroma ? _fullBlue : _blue.Samples, red = halveChroma ? _fullRed : _red.Samples;
        int stride = halveChroma ? width : _blue.Stride;
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<uint> row = pixels.Slice(y * width, width);
            Span<byte> toLuma = _luma.Samples.AsSpan(y * _luma.Stride, width), toBlue = blue.AsSpan(y * stride, width), toRed = red.AsSpan(y * stride, width);
            for (int x = 0; x < row.Length; x++)
            {
                int r = (int)(row[x] & 0xFF), g = (int)((row[x] >> 8) & 0xFF), b = (int)((row[x] >> 16) & 0xFF);
                toLuma[x] = (byte)(((19595 * r) + (38470 * g) + (7471 * b) + Half) >> Scale);
                toBlue[x] = (byte)(((-11059 * r) - (21709 * g) + (32768 * b) + (128 << Scale) + Half - 1) >> Scale);
                toRed[x] = (byte)(((32768 * r) - (27439 * g) - (5329 * b) + (128 << Scale) + Half - 1) >> Scale);
            }
        }

        _luma.FillUp();
        if (halveChroma)
        {
            _blue.Downsample(blue, width, height);
            _red.Downsample(red, width, height);
        }
        else
        {
            _blue.FillUp();
            _red.FillUp();
        }
    }

    private void Join(Canvas canvas, byte[] blue, byte[] red, int stride)
    {
        int width = canvas.Width;
        for (int y = 0; y < canvas.Height; y++)
        {
            Span<uint> row = canvas.Pixels.Slice(y * width, width);
            ReadOnlySpan<byte> luma = _luma.Samples.AsSpan(y * _luma.Stride, width), cb = blue.AsSpan(y * stride, width), cr = red.AsSpan(y * stride, width);
            for (int x = 0; x < row.Length; x++)
            {
                int l = luma[x], b = cb[x] - 128, r = cr[x] - 128;
                uint red8 = Clamp(l + (((91881 * r) + Half) >> Scale));
                uint green8 = Clamp(l + (((-22554 * b) - (46802 * r) + Half) >> Scale));
                uint blue8 = Clamp(l + (((116130 * b) + Half) >> Scale));
                row[x] = red8 | (green8 << 8) | (blue8 << 16) | 0xFF000000;
            }
        }
    }

    private static uint Clamp(int value) => (uint)Math.Clamp(value, 0, 255);
}

/// <summary>The quantisation tables of the JPEG standard (annex K), scaled as libjpeg's quality asks.</summary>
internal static class JpegTables
{
    private static ReadOnlySpan<byte> Luma =>
    [
        16, 11, 10, 16, 24, 40, 51, 61,
        12, 12, 14, 19, 26, 58, 60, 55,
        14, 13, 16, 24, 40, 57, 69, 56,
        14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77,
        24, 35, 55, 64, 81, 104, 113, 92,
        49, 64, 78, 87, 103, 121, 120, 101,
        72, 92, 95, 98, 112, 100, 103, 99,
    ];

    private static ReadOnlySpan<byte> Chroma =>
    [
        17, 18, 24, 47, 99, 99, 99, 99,
        18, 21, 26, 66, 99, 99, 99, 99,
        24, 26, 56, 99, 99, 99, 99, 99,
        47, 66, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
    ];

    /// <summary>Row-major steps of 1–255.</summary>
    public static void Fill(Span<int> luma, Span<int> chroma, int quality)
    {
        int percent = quality < 50 ? 5000 / quality : 200 - (2 * quality);
        for (int i = 0; i < 64; i++)
        {
            luma[i] = Math.Clamp(((Luma[i] * percent) + 50) / 100, 1, 255);
            chroma[i] = Math.Clamp(((Chroma[i] * percent) + 50) / 100, 1, 255);
        }
    }
}

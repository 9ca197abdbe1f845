// Composes drawings for training from the clip art of Debian's package openclipart-png, which is in the public domain:
// pictures in panels, as comics, slides and posters have them, with captions. A network that takes marks off photos is to
// leave lines and letters of drawings alone.
//
//     apt-get download openclipart-png && dpkg -x openclipart-png_*.deb openclipart
//     dotnet run tools/ComposeDrawings.cs openclipart/usr/share/openclipart/png drawings/ 120
#:package SkiaSharp
#:package SkiaSharp.NativeAssets.Linux.NoDependencies
#:property PublishAot=false
#:property NoWarn=CS1591;CA5394;MA0047
using SkiaSharp;

const int Seed = 1, Side = 480;
const long Dull = 12_000, Large = 4_000_000; // bytes of files that are too plain, pixels of those that are too slow
string[] words =
[
    "WHEN", "the", "evening", "light", "FOUND", "its", "way", "home", "MARCH", "42 %", "Figure 3", "to",
    "Results", "and", "again", "Stop!",
];
(string from, string to, int count) = (args[0], args[1], int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture));
var random = new Random(Seed);
string[] art =
[
    .. Directory.EnumerateFiles(from, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Where(file => !file.Contains("flag", StringComparison.Ordinal) && !file.Contains("sign", StringComparison.Ordinal)
            && new FileInfo(file).Length >= Dull),
];
Directory.CreateDirectory(to);
for (int i = 0; i < count; i++)
{
    using SKSurface surface = SKSurface.Create(new SKImageInfo(Side, Side, SKColorType.Rgba8888, SKAlphaType.Premul));
    Compose(surface.Canvas);
    using SKImage image = surface.Snapshot();
    using SKData data = image.Encode(SKEncodedImageFormat.Png, 100);
    using FileStream file = File.Create(Path.Combine(to, $"drawing-{i:000}.png"));
    data.SaveTo(file);
}

Console.WriteLine($"{count} drawings in {to}, from {art.Length} pictures.");

// A page of one to three rows of one to three panels.
void Compose(SKCanvas canvas)
{
    canvas.Clear(Colour(pale: true));
    int rows = random.Next(1, 4);
    float gutter = random.Next(3) * 5f, frame = random.Next(2) * random.Next(1, 5);
    for (int row = 0; row < rows; row++)
    {
        int columns = random.Next(1, 4);
        float width = (float)Side / columns, height = (float)Side / rows;
        for (int column = 0; column < columns; column++)
        {
            var panel = SKRect.Create(column * width, row * height, width, height);
            panel.Inflate(-gutter, -gutter);
            Fill(canvas, panel, frame);
        }
    }
}

// A background of one colour or from one to another, up to four pictures, perhaps a caption, and the frame.
void Fill(SKCanvas canvas, SKRect panel, float frame)
{
    _ = canvas.Save();
    canvas.ClipRect(panel);
    using var paint = new SKPaint { IsAntialias = true, Color = Colour(pale: random.Next(3) > 0) };
    using SKShader? shader = random.Next(2) == 0 ? null : SKShader.CreateLinearGradient(new(panel.Left, panel.Top),
        new(panel.Right, panel.Bottom), [paint.Color, Colour(pale: random.Next(2) > 0)], SKShaderTileMode.Clamp);
    paint.Shader = shader;
    canvas.DrawRect(panel, paint);
    paint.Shader = null;
    int pictures = random.Next(5);
    for (int left = pictures; left > 0;)
    {
        using SKBitmap? picture = Load(art[random.Next(art.Length)]);
        if (picture is null)
        {
            continue;
        }

        left--;
        float size = (0.4f + random.NextSingle()) * Math.Min(panel.Width, panel.Height) / Math.Max(picture.Width, picture.Height);
        float width = picture.Width * size, height = picture.Height * size;
        var place = SKRect.Create(panel.Left + (random.NextSingle() * panel.Width) - (width / 3),
            panel.Top + (random.NextSingle() * panel.Height) - (height / 3), width, height);
        using SKImage image = SKImage.FromBitmap(picture);
        canvas.DrawImage(image, place, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear), null);
    }

    if (random.Next(2) == 0)
    {
        Write(canvas, panel, paint, boxed: pictures > 0);
    }

    canvas.Restore();
    paint.Color = SKColors.Black;
    paint.Style = SKPaintStyle.Stroke;
    paint.StrokeWidth = frame;
    if (frame > 0)
    {
        canvas.DrawRect(panel, paint);
    }
}

// Some lines of words: in a box of their own beside pictures, as letters upon a picture are what is to be taken off.
void Write(SKCanvas canvas, SKRect panel, SKPaint paint, bool boxed)
{
    bool dark = random.Next(4) > 0;
    using var font = new SKFont(SKTypeface.Default, random.Next(9, 34));
    int lines = random.Next(1, 5);
    float top = panel.Top + (random.NextSingle() * Math.Max(0, panel.Height - (lines * font.Spacing)));
    if (boxed)
    {
        paint.Color = dark ? SKColors.White : Colour(pale: false);
        canvas.DrawRect(SKRect.Create(panel.Left, top, panel.Width, (lines * font.Spacing) + 6), paint);
    }

    paint.Color = dark ? SKColors.Black : SKColors.White;
    for (int line = 0; line < lines; line++)
    {
        string text = string.Join(' ', Enumerable.Range(0, 8).Select(_ => words[random.Next(words.Length)]));
        canvas.DrawText(text, panel.Left + 5, top + ((line + 0.8f) * font.Spacing), SKTextAlign.Left, font, paint);
    }
}

SKBitmap? Load(string file)
{
    using SKCodec? codec = SKCodec.Create(file);
    return codec is null || (long)codec.Info.Width * codec.Info.Height > Large ? null : SKBitmap.Decode(codec);
}

SKColor Colour(bool pale) => SKColor.FromHsl(random.Next(360), random.Next(101), pale ? random.Next(75, 101) : random.Next(10, 75));

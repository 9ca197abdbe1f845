using SuperRes.Lab.Degradations;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Datasets;

/// <summary>
/// Images of print: headings, paragraphs, boxes, rules, tables and bars in flat colours, as slides, signs and screens have them and photos
/// hardly do. A model that is to take marks off photos learns from them that a picture may have letters of its own. Image i of a seed is
/// the same on every run and thread.
/// </summary>
public static class PrintedPages
{
    private const int Version = 1, LeastContrast = 90, MostSize = 4096, LeastSize = 64;
    private const uint White = 0xFFFFFFFF, Black = 0xFF000000;

    /// <summary>Draws one image. Safe for use by many threads.</summary>
    /// <param name="size">Width and height in pixels, 64–4096.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="index">Which image of the seed, from 0.</param>
    /// <returns>The image, size × size.</returns>
    /// <exception cref="InputException">The size is outside its range.</exception>
    public static RgbImage Generate(int size, long seed, int index)
    {
        RequireSize(size);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new Page(size, new RandomStream(seed, "printed-pages", index)).Draw();
    }

    /// <summary>
    /// Writes images as page-00000.png, … on all processors; those that exist already are kept, so an interrupted run is continued.
    /// </summary>
    /// <param name="folder">Where to; made where it is missing.</param>
    /// <param name="count">How many images, at least 1.</param>
    /// <param name="size">Width and height in pixels.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="progress">Receives after each image how many of the count are there; null for none.</param>
    /// <param name="cancellation">Stops between images; what is written stays.</param>
    /// <returns>How many images were drawn; the others were there.</returns>
    /// <exception cref="InputException">
    /// A value lies outside its range, the folder can't be written, or it holds images of other options.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static int WriteFolder(
        string folder, int count, int size = 384, long seed = 1, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        RequireSize(size);
        GeneratedFolder.RequireCount(count);
        cancellation.ThrowIfCancellationRequested();
        var pages = new GeneratedFolder(folder, "printed-pages", "page", Version, new { size, seed });
        return pages.Fill(count, i => Generate(size, seed, i), progress, cancellation);
    }

    private static void RequireSize(int size)
    {
        if (size is < LeastSize or > MostSize)
        {
            throw new InputException($"The pages' size is {size}; it must be {LeastSize} to {MostSize} pixels.");
        }
    }

    private sealed class Page(int size, RandomStream random)
    {
        private readonly Canvas _canvas = new();
        private readonly PaintMask _mask = new();
        private uint _paper;

        public RgbImage Draw()
        {
            _canvas.SetSize(size, size);
            _mask.SetSize(size, size);
            _paper = random.Chance(0.45) ? White : random.Chance(0.2) ? Black : Colour();
            _canvas.Pixels.Fill(_paper);
            int columns = random.NextInt(1, 4);
            double width = (double)size / columns, margin = width * random.Uniform(0.02, 0.1);
            for (int column = 0; column < columns; column++)
            {
                double left = (column * width) + margin, right = ((column + 1) * width) - margin, y = margin;
                while (y < size)
                {
                    y = Block(left, y, right) + (size * random.Uniform(0.01, 0.05));
                }
            }

            return _canvas.ToImage();
        }

        /// <summary>Something printed from (left, top) on; where it ends below.</summary>
        private double Block(double left, double top, double right) => random.NextInt(8) switch
        {
            0 => Lines(left, top, right, 1, size * random.Uniform(0.04, 0.12), random.Uniform(1, 2.4), Ink(_paper)),
            1 => Box(left, top, right),
            2 => Rule(left, top, right),
            3 => Bars(left, top, right),
            4 => Table(left, top, right),
            5 => Disc(left, top, right),
            _ => Lines(left, top, right, random.NextInt(1, 8), random.Uniform(7, 26), random.Uniform(0.7, 2), Ink(_paper)),
        };

        private double Lines(double left, double top, double right, int count, double height, double weight, uint ink)
        {
            double pitch = height * random.Uniform(1.15, 1.7), y = top + (height / 2);
            for (int i = 0; i < count && y < size + height; i++, y += pitch)
            {
                string text = "";
                double end = i == count - 1 ? left + ((right - left) * random.Uniform(0.2, 1)) : right;
                while (true)
                {
                    string longer = text + Word();
                    if (left + TextPen.Width(longer, height) > end && text.Length > 0)
                    {
                        break;
                    }

                    text = longer + " ";
                }

                TextPen.Write(_mask, text, left, y, height, weight, 0, 1);
            }

            _mask.Paint(_canvas, ink, 1);
            return y - (pitch / 2);
        }

        private double Box(double left, double top, double right)
        {
            double bottom = Math.Round(top + (size * random.Uniform(0.05, 0.25))), pad = Math.Min(right - left, bottom - top) * 0.15;
            uint paper = _paper, fill = Ink(_paper);
            Fill(left, top, right, bottom, fill);
            _paper = fill;
            double height = random.Uniform(8, 24);
            int lines = Math.Max(1, (int)((bottom - top - (2 * pad)) / (height * 1.7)));
            Lines(left + pad, top + pad, right - pad, lines, height, random.Uniform(0.7, 2), Ink(fill));
            _paper = paper;
            return bottom;
        }

        private double Rule(double left, double top, double right)
        {
            double bottom = top + random.NextInt(1, 6);
            Fill(left, top, right, bottom, Ink(_paper));
            return bottom;
        }

        private double Bars(double left, double top, double right)
        {
            double bottom = Math.Round(top + (size * random.Uniform(0.08, 0.25))), pitch = random.Uniform(8, 40), x = left;
            uint ink = Ink(_paper);
            while (x + (pitch * 0.6) < right)
            {
                Fill(x, top + ((bottom - top) * random.NextDouble()), x + (pitch * 0.6), bottom, random.Chance(0.3) ? Ink(_paper) : ink);
                x += pitch;
            }

            return bottom;
        }

        private double Table(double left, double top, double right)
        {
            int rows = random.NextInt(2, 7), columns = random.NextInt(2, 5), line = random.NextInt(1, 3);
            double height = random.Uniform(8, 18), row = height * 1.8, width = (right - left) / columns;
            uint ink = Ink(_paper);
            for (int i = 0; i <= rows; i++)
            {
                Fill(left, top + (i * row), right, top + (i * row) + line, ink);
                for (int k = 0; i < rows && k < columns; k++)
                {
                    string word = Word();
                    while (word.Length > 1 && TextPen.Width(word, height) > width - height)
                    {
                        word = word[..^1];
                    }

                    TextPen.Write(_mask, word, left + (k * width) + (height / 2), top + (i * row) + (row / 2), height, 1, 0, 1);
                }

                _mask.Paint(_canvas, ink, 1);
            }

            return top + (rows * row) + line;
        }

        private double Disc(double left, double top, double right)
        {
            double radius = Math.Min((right - left) / 2, size * random.Uniform(0.02, 0.12));
            double x = left + radius + ((right - left - (2 * radius)) * random.NextDouble());
            bool ring = random.Chance(0.5);
            _mask.Ring(x, top + radius, ring ? radius * 0.85 : radius / 2, ring ? radius * 0.3 : radius);
            _mask.Paint(_canvas, Ink(_paper), 1);
            return top + (2 * radius);
        }

        private void Fill(double left, double top, double right, double bottom, uint colour)
        {
            _mask.Rectangle(Math.Round(left), Math.Round(top), Math.Round(right), Math.Round(bottom));
            _mask.Paint(_canvas, colour, 1);
        }

        /// <summary>A colour that can be read on another: black or white most often.</summary>
        private uint Ink(uint ground)
        {
            uint plain = Luma(ground) > 127 ? Black : White;
            uint colour = random.Chance(0.5) ? plain : Colour();
            return Math.Abs(Luma(colour) - Luma(ground)) < LeastContrast ? plain : colour;
        }

        private uint Colour() => (uint)random.NextBits() | Black;

        private string Word() => string.Create(random.NextInt(1, 10), random, (signs, source) =>
        {
            foreach (ref char sign in signs)
            {
                sign = DeadLeavesLettering.Signs[source.NextInt(DeadLeavesLettering.Signs.Length)];
            }
        });

        private static double Luma(uint colour) =>
            ((colour & 0xFF) * 0.3) + (((colour >> 8) & 0xFF) * 0.59) + (((colour >> 16) & 0xFF) * 0.11);
    }
}

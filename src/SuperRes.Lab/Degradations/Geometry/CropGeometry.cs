namespace SuperRes.Lab.Degradations;

/// <summary>
/// Where each pixel of a crop lies in its photo: a projective map drawn as fastai v1 does (vision/transform.py: symmetric_warp, rotate,
/// rand_zoom, rand_crop, flip_lr; the coordinates of a pixel pass the warp first, then rotation and zoom).
/// </summary>
internal readonly struct CropGeometry
{
    private readonly double _xx, _xy, _x1, _yx, _yy, _y1, _wx, _wy, _w1;
    private readonly bool _plain, _flip;
    private readonly int _left, _top;

    private CropGeometry(Matrix m, bool plain, bool flip, int left, int top)
    {
        (_xx, _xy, _x1) = (m.XX, m.XY, m.X1);
        (_yx, _yy, _y1) = (m.YX, m.YY, m.Y1);
        (_wx, _wy, _w1) = (m.WX, m.WY, m.W1);
        (_plain, _flip, _left, _top) = (plain, flip, left, top);
    }

    /// <summary>Draws the geometry of a crop of size × size pixels.</summary>
    public static CropGeometry Draw(GeometryOptions options, int width, int height, int size, RandomStream random)
    {
        double rowShare = random.NextDouble(), columnShare = random.NextDouble();
        bool flip = random.Chance(options.FlipProbability);
        bool warp = random.Chance(options.AffineProbability) && options.MaxWarp > 0;
        double bound = options.MaxWarp;
        Span<double> corners = [Symmetric(random, bound), Symmetric(random, bound), Symmetric(random, bound), Symmetric(random, bound)];
        bool rotate = random.Chance(options.AffineProbability) && options.MaxRotate > 0;
        double angle = Symmetric(random, options.MaxRotate) * Math.PI / 180;
        bool zoom = random.Chance(options.AffineProbability) && options.MaxZoom > 1;
        double scale = 1 / random.Uniform(1, options.MaxZoom);
        double zoomRow = random.NextDouble(), zoomColumn = random.NextDouble();

        int top = options.RandomCrop ? (int)((height - size + 1) * rowShare) : (height - size) / 2;
        int left = options.RandomCrop ? (int)((width - size + 1) * columnShare) : (width - size) / 2;
        if (!(warp || rotate || zoom) || width < 2 || height < 2)
        {
            Matrix shift = flip ? new Matrix(-1, 0, left + size - 1, 0, 1, top, 0, 0, 1) : new Matrix(1, 0, left, 0, 1, top, 0, 0, 1);
            return new CropGeometry(shift, plain: true, flip, left, top);
        }

        // From a crop's pixel to the photo's pixel, to −1…1 over the photo (centres of the outermost pixels), through the transforms, back.
        double halfWidth = (width - 1) / 2.0, halfHeight = (height - 1) / 2.0;
        Matrix map = flip ? new Matrix(-1, 0, size - 1, 0, 1, 0, 0, 0, 1) : Matrix.Identity;
        map = new Matrix(1 / halfWidth, 0, (left / halfWidth) - 1, 0, 1 / halfHeight, (top / halfHeight) - 1, 0, 0, 1) * map;
        if (warp)
        {
            map = Warp(corners) * map;
        }

        // fastai multiplies rotation · zoom and then corrects the product's mixed terms for the photo's aspect.
        (double sin, double cos) = rotate ? Math.SinCos(angle) : (0, 1);
        double factor = zoom ? scale : 1;
        double shiftX = (1 - factor) * ((2 * zoomColumn) - 1), shiftY = (1 - factor) * ((2 * zoomRow) - 1);
        double aspect = (double)height / width;
        map = new Matrix(
            cos * factor, -sin * factor * aspect, (cos * shiftX) - (sin * shiftY),
            sin * factor / aspect, cos * factor, (sin * shiftX) + (cos * shiftY), 0, 0, 1) * map;
        map = new Matrix(halfWidth, 0, halfWidth, 0, halfHeight, halfHeight, 0, 0, 1) * map;
        return new CropGeometry(map, plain: false, flip, left, top);
    }

    /// <summary>Fills the canvas, whose size is the crop's.</summary>
    public void Cut(PhotoView photo, Canvas crop)
    {
        if (_plain)
        {
            Copy(photo, crop);
        }
        else
        {
            Sample(photo, crop);
        }
    }

    /// <summary>Where in the photo a pixel of the crop lies.</summary>
    public (double X, double Y) Map(double x, double y)
    {
        double w = (_wx * x) + (_wy * y) + _w1;
        return (((_xx * x) + (_xy * y) + _x1) / w, ((_yx * x) + (_yy * y) + _y1) / w);
    }

    private static double Symmetric(RandomStream random, double bound) => random.Uniform(-bound, bound);

    private static Matrix Warp(ReadOnlySpan<double> m)
    {
        // Four corners ±1 come from where fastai's symmetric_warp puts them.
        Span<double> fromX = [-1 - m[3], -1 - m[2], 1 + m[3], 1 + m[2]];
        Span<double> fromY = [-1 - m[1], 1 + m[1], -1 - m[0], 1 + m[0]];
        Span<double> toX = [-1, -1, 1, 1];
        Span<double> toY = [-1, 1, -1, 1];
        return Matrix.FromCorners(fromX, fromY, toX, toY);
    }

    private void Copy(PhotoView photo, Canvas crop)
    {
        int size = crop.Width;
        for (int y = 0; y < size; y++)
        {
            Span<uint> row = crop.Pixels.Slice(y * size, size);
            Canvas.ExpandRow(photo.Pixels.Slice((((_top + y) * photo.Width) + _left) * 3, size * 3), row);
            if (_flip)
            {
                row.Reverse();
            }
        }
    }

    private void Sample(PhotoView photo, Canvas crop)
    {
        int size = crop.Width;
        Span<uint> rest = stackalloc uint[8];
        var sampler = new ProjectiveSampler(photo, (float)_xx, (float)_yx, (float)_wx);
        for (int y = 0; y < size; y++)
        {
            Span<uint> row = crop.Pixels.Slice(y * size, size);
            double u = (_xy * y) + _x1, v = (_yy * y) + _y1, w = (_wy * y) + _w1;
            int x = 0;
            for (; x <= size - 8; x += 8)
            {
                sampler.Eight((float)(u + (_xx * x)), (float)(v + (_yx * x)), (float)(w + (_wx * x)), ref row[x]);
            }

            if (x < size)
            {
                sampler.Eight((float)(u + (_xx * x)), (float)(v + (_yx * x)), (float)(w + (_wx * x)), ref rest[0]);
                rest[..(size - x)].CopyTo(row[x..]);
            }
        }
    }
}

using SuperRes.Lab.Degradations;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Tests.Photos;

namespace SuperRes.Lab.Tests.Degradations;

public sealed class CropGeometryTests
{
    private static readonly GeometryOptions Still =
        new() { FlipProbability = 0, MaxRotate = 0, MaxZoom = 1, MaxWarp = 0, AffineProbability = 1, RandomCrop = false };

    [Fact]
    public void Rotate_KeepsLengthsAndStaysWithinTheBound()
    {
        foreach (CropGeometry geometry in Draws(Still with { MaxRotate = 10 }))
        {
            (double x0, double y0) = geometry.Map(0, 0);
            (double x1, double y1) = geometry.Map(32, 0);
            Assert.Equal(32, Math.Sqrt(((x1 - x0) * (x1 - x0)) + ((y1 - y0) * (y1 - y0))), 0.2);
            Assert.InRange(Math.Abs(Math.Atan2(y1 - y0, x1 - x0)) * 180 / Math.PI, 0, 10.01);
            // The photo's centre stays where it is.
            (double cx, double cy) = geometry.Map(15.5, 15.5);
            Assert.Equal(49.5, cx, 1e-6);
            Assert.Equal(39.5, cy, 1e-6);
        }
    }

    [Fact]
    public void Zoom_ShrinksTheAreaWithinTheBound()
    {
        List<double> steps = [.. Draws(Still with { MaxZoom = 1.5 }).Select(g => g.Map(11, 7).X - g.Map(10, 7).X)];

        Assert.All(steps, step => Assert.InRange(step, 1 / 1.5, 1));
        Assert.InRange(steps.Max() - steps.Min(), 0.25, 0.34);
    }

    [Fact]
    public void Warp_TakesASquareToATrapezoidWithinTheBound()
    {
        // fastai's symmetric_warp takes (−1−m3, −1−m1) to (−1, −1) and so on with m in ±0.2: opposite corners move together.
        List<double> widths = [], heights = [];
        foreach (CropGeometry geometry in Draws(Still with { MaxWarp = 0.2 }, size: 80, width: 80, height: 80))
        {
            (double x0, double y0) = geometry.Map(0, 0);
            (double x1, double y1) = geometry.Map(79, 0);
            (double x2, double y2) = geometry.Map(0, 79);
            widths.Add((x1 - x0) / 79);
            heights.Add((y2 - y0) / 79);
            Assert.InRange(Math.Abs(y1 - y0) + Math.Abs(x2 - x0), 0, 40);
        }

        Assert.InRange(widths.Min(), 0.7, 0.9);
        Assert.InRange(widths.Max(), 1.1, 1.45);
        Assert.InRange(heights.Min(), 0.7, 0.9);
        Assert.InRange(heights.Max(), 1.1, 1.45);
    }

    [Fact]
    public void FromCorners_MapsEachCorner()
    {
        double[] fromX = [-1.1, -0.9, 1.1, 0.9], fromY = [-1.15, 1.15, -0.8, 0.8], toX = [-1, -1, 1, 1], toY = [-1, 1, -1, 1];
        Matrix m = Matrix.FromCorners(fromX, fromY, toX, toY);
        for (int i = 0; i < 4; i++)
        {
            double w = (m.WX * fromX[i]) + (m.WY * fromY[i]) + m.W1;
            Assert.Equal(toX[i], ((m.XX * fromX[i]) + (m.XY * fromY[i]) + m.X1) / w, 1e-9);
            Assert.Equal(toY[i], ((m.YX * fromX[i]) + (m.YY * fromY[i]) + m.Y1) / w, 1e-9);
        }
    }

    [Fact]
    public void Flip_AtProbabilityOne_MirrorsTheCrop()
    {
        RgbImage photo = TestPhotos.Make(1, 40, 40);
        RgbImage plain = Cut(Still, photo, 40), mirrored = Cut(Still with { FlipProbability = 1 }, photo, 40);
        for (int x = 0; x < 40; x++)
        {
            Assert.Equal(plain.Pixels[((7 * 40) + x) * 3], mirrored.Pixels[((7 * 40) + 39 - x) * 3]);
        }
    }

    [Fact]
    public void RandomCrop_ReachesEveryPosition()
    {
        HashSet<(int, int)> corners =
            [.. Draws(Still with { RandomCrop = true, AffineProbability = 0 }, count: 2000, size: 76, width: 80, height: 78)
            .Select(g => ((int)g.Map(0, 0).X, (int)g.Map(0, 0).Y))];
        Assert.Equal(5 * 3, corners.Count);
    }

    [Fact]
    public void Cut_Resampled_EqualsInterpolationWithReflection()
    {
        RgbImage photo = TestPhotos.Make(5, 50, 40);
        GeometryOptions options = new() { MaxRotate = 30, MaxWarp = 0.4 };
        for (int seed = 0; seed < 20; seed++)
        {
            CropGeometry geometry = CropGeometry.Draw(options, 50, 40, 40, new RandomStream(seed, "test"));
            RgbImage crop = Cut(geometry, photo, 40);
            for (int y = 0; y < 40; y += 3)
            {
                for (int x = 0; x < 40; x += 3)
                {
                    (double px, double py) = geometry.Map(x, y);
                    Assert.Equal(Interpolate(photo, Fold(px, 50), Fold(py, 40)), crop.Pixels[((y * 40) + x) * 3], 1.5);
                }
            }
        }
    }

    [Fact]
    public void Cut_NearlyStill_EqualsThePhotoAtEveryEdge()
    {
        RgbImage photo = TestPhotos.Make(5, 40, 40);
        RgbImage crop = Cut(Still with { MaxRotate = 1e-9 }, photo, 40);
        Assert.All(photo.Pixels.Zip(crop.Pixels), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
    }

    private static IEnumerable<CropGeometry> Draws(
        GeometryOptions options, int count = 200, int size = 32, int width = 100, int height = 80) =>
        Enumerable.Range(0, count).Select(i => CropGeometry.Draw(options, width, height, size, new RandomStream(i, "test")));

    private static RgbImage Cut(GeometryOptions options, RgbImage photo, int size) =>
        Cut(CropGeometry.Draw(options, photo.Width, photo.Height, size, new RandomStream(1, "test")), photo, size);

    private static RgbImage Cut(CropGeometry geometry, RgbImage photo, int size)
    {
        var canvas = new Canvas();
        canvas.SetSize(size, size);
        geometry.Cut(photo, canvas);
        return canvas.ToImage();
    }

    private static double Fold(double x, int length)
    {
        x = Math.Abs(x) % (2 * (length - 1));
        return Math.Min(x, (2 * (length - 1)) - x);
    }

    private static double Interpolate(RgbImage photo, double x, double y)
    {
        int left = Math.Min((int)x, photo.Width - 2), top = Math.Min((int)y, photo.Height - 2);
        double fx = x - left, fy = y - top;
        return (((At(left, top) * (1 - fx)) + (At(left + 1, top) * fx)) * (1 - fy))
            + (((At(left, top + 1) * (1 - fx)) + (At(left + 1, top + 1) * fx)) * fy);

        double At(int column, int row) => photo.Pixels[((row * photo.Width) + column) * 3];
    }
}

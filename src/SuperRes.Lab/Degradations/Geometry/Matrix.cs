namespace SuperRes.Lab.Degradations;

/// <summary>A 3×3 matrix that maps points of the plane projectively: x' = (XX·x + XY·y + X1) / (WX·x + WY·y + W1), y' likewise.</summary>
internal readonly record struct Matrix(
    double XX, double XY, double X1, double YX, double YY, double Y1, double WX, double WY, double W1)
{
    public static Matrix Identity { get; } = new(1, 0, 0, 0, 1, 0, 0, 0, 1);

    /// <summary>First b, then a.</summary>
    public static Matrix operator *(Matrix a, Matrix b) => new(
        (a.XX * b.XX) + (a.XY * b.YX) + (a.X1 * b.WX),
        (a.XX * b.XY) + (a.XY * b.YY) + (a.X1 * b.WY),
        (a.XX * b.X1) + (a.XY * b.Y1) + (a.X1 * b.W1),
        (a.YX * b.XX) + (a.YY * b.YX) + (a.Y1 * b.WX),
        (a.YX * b.XY) + (a.YY * b.YY) + (a.Y1 * b.WY),
        (a.YX * b.X1) + (a.YY * b.Y1) + (a.Y1 * b.W1),
        (a.WX * b.XX) + (a.WY * b.YX) + (a.W1 * b.WX),
        (a.WX * b.XY) + (a.WY * b.YY) + (a.W1 * b.WY),
        (a.WX * b.X1) + (a.WY * b.Y1) + (a.W1 * b.W1));

    /// <summary>The map that takes four points to four others.</summary>
    public static Matrix FromCorners(
        ReadOnlySpan<double> fromX, ReadOnlySpan<double> fromY, ReadOnlySpan<double> toX, ReadOnlySpan<double> toY)
    {
        // Eight unknowns (W1 = 1), two equations per point: Gauss–Jordan with pivoting.
        Span<double> a = stackalloc double[8 * 9];
        for (int i = 0; i < 4; i++)
        {
            (double x, double y) = (fromX[i], fromY[i]);
            Span<double> first = [x, y, 1, 0, 0, 0, -toX[i] * x, -toX[i] * y, toX[i]];
            Span<double> second = [0, 0, 0, x, y, 1, -toY[i] * x, -toY[i] * y, toY[i]];
            first.CopyTo(a[(i * 18)..]);
            second.CopyTo(a[((i * 18) + 9)..]);
        }

        for (int column = 0; column < 8; column++)
        {
            int pivot = column;
            for (int row = column + 1; row < 8; row++)
            {
                pivot = Math.Abs(a[(row * 9) + column]) > Math.Abs(a[(pivot * 9) + column]) ? row : pivot;
            }

            for (int k = 0; k < 9; k++)
            {
                (a[(column * 9) + k], a[(pivot * 9) + k]) = (a[(pivot * 9) + k], a[(column * 9) + k]);
            }

            for (int row = 0; row < 8; row++)
            {
                double factor = row == column ? 0 : a[(row * 9) + column] / a[(column * 9) + column];
                for (int k = column; factor != 0 && k < 9; k++)
                {
                    a[(row * 9) + k] -= factor * a[(column * 9) + k];
                }
            }
        }

        Span<double> m = stackalloc double[8];
        for (int i = 0; i < 8; i++)
        {
            m[i] = a[(i * 9) + 8] / a[(i * 9) + i];
        }

        return new Matrix(m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], 1);
    }
}

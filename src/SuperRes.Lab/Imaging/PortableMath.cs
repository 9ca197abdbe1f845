namespace SuperRes.Lab.Imaging;

/// <summary>
/// Sine, cosine and exponential from additions and multiplications alone. The platforms' own differ in the last bit, and what is drawn
/// or generated here is to be the same everywhere.
/// </summary>
internal static class PortableMath
{
    /// <summary>Sine and cosine to about 1e-15, for angles up to a few thousand turns.</summary>
    /// <param name="radians">The angle.</param>
    /// <returns>The pair.</returns>
    public static (double Sin, double Cos) SinCos(double radians)
    {
        double quarters = Math.Floor((radians * (2 / Math.PI)) + 0.5);
        double x = radians - (quarters * (Math.PI / 2));
        double square = x * x;
        double sin = x, cos = 1, sinTerm = x, cosTerm = 1;
        for (int n = 1; n <= 9; n++)
        {
            cosTerm *= -square / ((2 * n - 1) * (2 * n));
            sinTerm *= -square / ((2 * n) * ((2 * n) + 1));
            cos += cosTerm;
            sin += sinTerm;
        }

        return ((long)quarters & 3) switch
        {
            0 => (sin, cos),
            1 => (cos, -sin),
            2 => (-sin, -cos),
            _ => (-cos, sin),
        };
    }

    /// <summary>The exponential to about 1e-15, for −700 to 700.</summary>
    /// <param name="x">The exponent.</param>
    /// <returns>e to the x.</returns>
    public static double Exp(double x)
    {
        const double ln2 = 0.69314718055994530942;
        double halvings = Math.Floor((x / ln2) + 0.5);
        double rest = x - (halvings * ln2);
        double sum = 1, term = 1;
        for (int n = 1; n <= 16; n++)
        {
            term *= rest / n;
            sum += term;
        }

        return Math.ScaleB(sum, (int)halvings);
    }
}

namespace SuperRes.Lab.Imaging;

/// <summary>
/// Sine, cosine, exponential and logarithm from additions, multiplications and divisions alone. The platforms' own differ in the last bit, and what is drawn
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

    /// <summary>The natural logarithm to about 1e-15, of a positive normal number.</summary>
    /// <param name="x">The number.</param>
    /// <returns>Its logarithm.</returns>
    public static double Log(double x)
    {
        const double ln2 = 0.69314718055994530942, sqrt2 = 1.4142135623730951;
        int exponent = Math.ILogB(x);
        double mantissa = Math.ScaleB(x, -exponent);
        if (mantissa > sqrt2)
        {
            mantissa /= 2;
            exponent++;
        }

        // log m = 2 artanh((m − 1) / (m + 1)), whose series is short for m near 1.
        double t = (mantissa - 1) / (mantissa + 1), square = t * t, power = t, sum = 0;
        for (int n = 1; n <= 23; n += 2)
        {
            sum += power / n;
            power *= square;
        }

        return (2 * sum) + (exponent * ln2);
    }

    /// <summary>A positive normal number to a power.</summary>
    /// <param name="number">The number.</param>
    /// <param name="exponent">The power.</param>
    /// <returns>The result, to about 1e-14.</returns>
    public static double Power(double number, double exponent) => Exp(exponent * Log(number));
}

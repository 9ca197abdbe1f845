namespace SuperRes.Lab.Degradations;

/// <summary>Inverse of the normal distribution function.</summary>
internal static class NormalQuantile
{
    // Numerators and denominators, highest powers first.
    private static ReadOnlySpan<double> TailOver =>
        [-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];

    private static ReadOnlySpan<double> TailUnder =>
        [7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996, 3.754408661907416, 1];

    private static ReadOnlySpan<double> MiddleOver =>
    [
        -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02,
        1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239,
    ];

    private static ReadOnlySpan<double> MiddleUnder =>
        [-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01, -1.328068155288572e+01, 1];

    /// <summary>The quantile (P. J. Acklam's rational approximation, relative error below 1.2e-9).</summary>
    public static double At(double p)
    {
        if (p > 0.5)
        {
            return -At(1 - p);
        }

        if (p < 0.02425)
        {
            double t = Math.Sqrt(-2 * Math.Log(p));
            return Polynomial(t, TailOver) / Polynomial(t, TailUnder);
        }

        double q = p - 0.5, r = q * q;
        return q * Polynomial(r, MiddleOver) / Polynomial(r, MiddleUnder);
    }

    private static double Polynomial(double x, ReadOnlySpan<double> coefficients)
    {
        double sum = 0;
        foreach (double coefficient in coefficients)
        {
            sum = (sum * x) + coefficient;
        }

        return sum;
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Imaging;

/// <summary>Conversions between colour spaces: BT.601 luma for the metrics' protocol, CIELAB for colourisation.</summary>
public static class ColorSpace
{
    // MATLAB's rgb2ycbcr: y = 16 + 65.481 r + 128.553 g + 24.966 b for r, g, b in 0–1.
    private const double LumaRed = 65.481, LumaGreen = 128.553, LumaBlue = 24.966, LumaOffset = 16;

    // CIE's cube root is replaced by a line below epsilon; kappa is the line's slope.
    private const double Epsilon = 0.008856, Kappa = 7.787;
    private static readonly Scalar _gammaStart = 0.04045, _gammaOffset = 0.055, _gammaScale = 1 / 1.055, _gamma = 2.4,
        _gammaSlope = 1 / 12.92;
    private static readonly Scalar _epsilon = Epsilon, _kappa = Kappa, _third = 1.0 / 3, _lineStart = 16.0 / 116, _ofL = 116,
        _offsetOfL = 16, _ofA = 500, _ofB = 200;
    private static readonly double[] _whiteD65 = [0.95047, 1.0, 1.08883];

    // IEC 61966-2-1.
    private static readonly double[,] _xyzOfRgb =
    {
        { 0.412453, 0.357580, 0.180423 },
        { 0.212671, 0.715160, 0.072169 },
        { 0.019334, 0.119193, 0.950227 },
    };

    private static readonly double[,] _rgbOfXyz = Invert(_xyzOfRgb);

    /// <summary>The luma of a picture, in double precision and not rounded; the metrics' protocol.</summary>
    /// <param name="image">The picture.</param>
    /// <returns>H × W values in 16–235, row after row.</returns>
    public static double[] RgbToY(RgbImage image)
    {
        var luma = new double[image.Pixels.Length / 3];
        ReadOnlySpan<byte> pixels = image.Pixels;
        for (int i = 0; i < luma.Length; i++)
        {
            int at = i * 3;
            luma[i] = (((LumaRed * pixels[at]) + (LumaGreen * pixels[at + 1]) + (LumaBlue * pixels[at + 2])) / 255) + LumaOffset;
        }

        return luma;
    }

    /// <summary>Converts sRGB to CIELAB under D65 with the 2° observer, as scikit-image's rgb2lab does.</summary>
    /// <param name="images">N×3×H×W in 0–1, gamma-encoded sRGB.</param>
    /// <returns>N×3×H×W: L in 0–100, a and b about −110 to 110; of the same type and on the same device.</returns>
    /// <exception cref="ArgumentException">The tensor is not N×3×H×W.</exception>
    public static Tensor RgbToLab(Tensor images)
    {
        CheckChannels(images);
        using var scope = NewDisposeScope();
        Tensor linear = where(images.gt(_gammaStart),
            images.clamp_min(_gammaStart).add_(_gammaOffset, Scalars.One).mul_(_gammaScale).pow(_gamma), images * _gammaSlope);
        Tensor xyz = Mix(linear, _xyzOfRgb) / White(images);
        Tensor f = where(xyz.gt(_epsilon), xyz.clamp_min(_epsilon).pow(_third), (xyz * _kappa).add_(_lineStart, Scalars.One));
        Tensor fx = f.narrow(1, 0, 1), fy = f.narrow(1, 1, 1), fz = f.narrow(1, 2, 1);
        return cat([(fy * _ofL).sub_(_offsetOfL), (fx - fy) * _ofA, (fy - fz) * _ofB], 1).MoveToOuterDisposeScope();
    }

    /// <summary>Converts CIELAB under D65 to sRGB; the inverse of <see cref="RgbToLab"/>.</summary>
    /// <param name="lab">N×3×H×W: L in 0–100, a, b.</param>
    /// <returns>N×3×H×W, gamma-encoded; in 0–1 for colours that sRGB holds, beyond it for others (not clamped).</returns>
    /// <exception cref="ArgumentException">The tensor is not N×3×H×W.</exception>
    public static Tensor LabToRgb(Tensor lab)
    {
        CheckChannels(lab);
        using var scope = NewDisposeScope();
        Tensor fy = (lab.narrow(1, 0, 1) + 16) / 116;
        Tensor f = cat([fy + (lab.narrow(1, 1, 1) / 500), fy, fy - (lab.narrow(1, 2, 1) / 200)], 1);
        double knee = Math.Cbrt(Epsilon);
        Tensor xyz = where(f > knee, f.pow(3), (f - (16.0 / 116)) / Kappa) * White(lab);
        Tensor linear = Mix(xyz, _rgbOfXyz);
        return where(linear > 0.0031308, (linear.clamp_min(0.0031308).pow(1 / 2.4) * 1.055) - 0.055, linear * 12.92)
            .MoveToOuterDisposeScope();
    }

    private static Tensor Mix(Tensor images, double[,] matrix)
    {
        Tensor weights = tensor(matrix, dtype: images.dtype, device: images.device);
        return einsum("oc,nchw->nohw", weights, images);
    }

    private static Tensor White(Tensor like) => tensor(_whiteD65, dtype: like.dtype, device: like.device).reshape(1, 3, 1, 1);

    private static void CheckChannels(Tensor images)
    {
        if (images.dim() != 4 || images.shape[1] != 3)
        {
            throw new ArgumentException($"Colours are N×3×H×W; this tensor is {string.Join('×', images.shape)}.", nameof(images));
        }
    }

    private static double[,] Invert(double[,] m)
    {
        double Minor(int r, int c)
        {
            int r1 = (r + 1) % 3, r2 = (r + 2) % 3, c1 = (c + 1) % 3, c2 = (c + 2) % 3;
            return (m[r1, c1] * m[r2, c2]) - (m[r1, c2] * m[r2, c1]);
        }

        double determinant = (m[0, 0] * Minor(0, 0)) + (m[0, 1] * Minor(0, 1)) + (m[0, 2] * Minor(0, 2));
        var inverse = new double[3, 3];
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 3; column++)
            {
                inverse[row, column] = Minor(column, row) / determinant;
            }
        }

        return inverse;
    }
}

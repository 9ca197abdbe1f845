namespace SuperRes.Lab.Benchmarks;

/// <summary>How much arithmetic the article's networks take, in floating-point operations (a multiply-add being two).</summary>
internal static class Arithmetic
{
    private const double UnetPer64Px = 2 * 1.96e9, VggPer64Px = 2 * 1.25e9;

    /// <summary>One pass of the U-Net over an image.</summary>
    public static double Unet(int size) => UnetPer64Px * size * size / (64 * 64);

    /// <summary>A training step over an image: the U-Net forward and twice as much backward; VGG over the target, and over the prediction
    /// and back.</summary>
    public static double TrainStep(int size) => 3 * (Unet(size) + (VggPer64Px * size * size / (64 * 64)));
}

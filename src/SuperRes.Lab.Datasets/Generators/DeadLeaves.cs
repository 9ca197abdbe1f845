using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Datasets;

/// <summary>
/// The embedded data set: images of shapes that hide one another, with radii of density r⁻³, so that edges, scales and gradients follow
/// the statistics of natural images (Lee, Mumford and Huang 2001, "Occlusion models for natural images"); larger shapes carry shading
/// and textures of many scales. Image i of a seed is the same on every run and thread of a machine; on another one, sines and powers may
/// differ in their last bit, and with them a pixel here and there.
/// </summary>
public static class DeadLeaves
{
    private const int Version = 1;

    /// <summary>Draws one image. Safe for use by many threads.</summary>
    /// <param name="options">Size, seed and what to draw.</param>
    /// <param name="index">Which image of the seed, from 0.</param>
    /// <returns>The image, size × size.</returns>
    /// <exception cref="InputException">An option lies outside its range.</exception>
    public static RgbImage Generate(DeadLeavesOptions options, int index)
    {
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new DeadLeavesPainter(options, new RandomStream(options.Seed, "dead-leaves", index)).Paint();
    }

    /// <summary>
    /// Writes images as leaves-00000.png, … on all processors; those that exist already are kept, so an interrupted run is continued.
    /// </summary>
    /// <param name="folder">Where to; made where it is missing.</param>
    /// <param name="count">How many images, at least 1.</param>
    /// <param name="size">Width and height in pixels.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="progress">Receives after each image how many of the count are there; null for none.</param>
    /// <param name="cancellation">Stops between images; what is written stays.</param>
    /// <returns>How many images were drawn; the others were there.</returns>
    /// <exception cref="InputException">
    /// An option lies outside its range, the folder can't be written, or it holds images of other options.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static int WriteFolder(
        string folder, int count, int size = 384, long seed = 1, IProgress<int>? progress = null, CancellationToken cancellation = default)
        => WriteFolder(folder, count, new DeadLeavesOptions { Size = size, Seed = seed }, progress, cancellation);

    /// <summary>
    /// Writes images as leaves-00000.png, … on all processors; those that exist already are kept, so an interrupted run is continued.
    /// </summary>
    /// <param name="folder">Where to; made where it is missing.</param>
    /// <param name="count">How many images, at least 1.</param>
    /// <param name="options">Size, seed and what to draw.</param>
    /// <param name="progress">Receives after each image how many of the count are there; null for none.</param>
    /// <param name="cancellation">Stops between images; what is written stays.</param>
    /// <returns>How many images were drawn; the others were there.</returns>
    /// <exception cref="InputException">
    /// An option lies outside its range, the folder can't be written, or it holds images of other options.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static int WriteFolder(
        string folder, int count, DeadLeavesOptions options, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        options.Validate();
        GeneratedFolder.RequireCount(count);
        cancellation.ThrowIfCancellationRequested();
        var leaves = new GeneratedFolder(folder, "dead-leaves", "leaves", Version, options);
        return leaves.Fill(count, i => Generate(options, i), progress, cancellation);
    }
}

using System.Globalization;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.IO;
using SuperRes.Lab.Photos;
using SuperRes.Lab.Show;
using TorchSharp;

namespace SuperRes.Lab.Course;

/// <summary>What photos and batches look like.</summary>
public static class DataViews
{
    /// <summary>Pairs of the next batch: what the network sees, and what it should give back. The loader moves on by one batch.</summary>
    /// <param name="loader">The loader.</param>
    /// <param name="count">Pairs, at most a batch.</param>
    /// <param name="pairsPerRow">Pairs side by side.</param>
    /// <returns>Input and target in turn.</returns>
    /// <exception cref="InputException">A photo can't be used.</exception>
    public static PictureGrid ShowBatch(this BatchLoader loader, int count = 4, int pairsPerRow = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pairsPerRow, 1);
        using Batch batch = loader.Next();
        count = Math.Min(count, batch.Count);
        pairsPerRow = Math.Min(pairsPerRow, count);
        IEnumerable<PictureCell> cells = Enumerable.Range(0, count).SelectMany(i => new[] { Cell(batch.Input, i), Cell(batch.Target, i) });
        return Grid([.. Enumerable.Range(0, pairsPerRow).SelectMany(_ => new[] { "input", "target" })], [.. cells]);
    }

    /// <summary>Photos side by side with their names and sizes.</summary>
    /// <param name="source">The photos.</param>
    /// <param name="count">How many at most; of more, some are taken at equal distances.</param>
    /// <param name="columns">Photos side by side.</param>
    /// <param name="side">Longer side of each on the sheet, in pixels.</param>
    /// <returns>The sheet.</returns>
    /// <exception cref="InputException">A photo can't be decoded.</exception>
    public static PictureGrid ContactSheet(this PhotoSource source, int count = 24, int columns = 6, int side = 144)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 16);
        int shown = Math.Min(count, source.Count);
        columns = Math.Min(columns, shown);
        var cells = new PictureCell[shown];
        ParallelWork.For(shown, i =>
        {
            int index = (int)((long)i * source.Count / shown);
            RgbImage photo = source.Read(index);
            string name = Path.GetFileName(source.NameOf(index));
            cells[i] =
                new PictureCell(Fit(photo, side), string.Create(CultureInfo.InvariantCulture, $"{name}\n{photo.Width}×{photo.Height}"));
        });
        string caption = shown == source.Count ? "" : string.Create(CultureInfo.InvariantCulture, $"{shown} of {source.Count:N0} photos");
        return Grid([.. Enumerable.Repeat("", columns)], cells, caption.Length == 0 ? null : caption);
    }

    internal static PictureGrid Grid(IReadOnlyList<string> titles, IReadOnlyList<PictureCell> cells, string? caption = null) => new(
        titles,
        [.. cells.Chunk(titles.Count).Select(
            row => new PictureRow(null, [.. row, .. Enumerable.Repeat(new PictureCell(null), titles.Count - row.Length)]))],
        caption);

    private static PictureCell Cell(torch.Tensor images, int index)
    {
        using torch.Tensor one = images[index];
        return new PictureCell(RgbImage.FromTensor(one));
    }

    private static RgbImage Fit(RgbImage photo, int side)
    {
        double factor = Math.Min(1, (double)side / Math.Max(photo.Width, photo.Height));
        return factor == 1
            ? photo
            : Resampler.Resize(photo, Math.Max(1, (int)Math.Round(photo.Width * factor)), Math.Max(
                1, (int)Math.Round(photo.Height * factor)), ResampleFilter.Lanczos);
    }
}

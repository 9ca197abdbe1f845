using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SuperRes.Lab.Inference;

/// <summary>
/// Runs a network tile by tile and hands over finished rows from the top. Only one row of tiles is held at a time, so memory grows
/// with an image's width and not with its area.
/// </summary>
internal static class TileRunner
{
    /// <summary>Gives the network's input for a part of the output: 1×3×height×width in 0–1.</summary>
    public delegate Tensor ReadPart(int x, int y, int width, int height);

    /// <summary>Takes finished rows: count × width × 3 values, nominally in 0–1.</summary>
    public delegate void TakeRows(int firstRow, int count, ReadOnlySpan<float> values);

    public static void Run(TilePlan plan, UpscaleNetwork network, ReadPart read, TakeRows take, Action<long> advance, CancellationToken cancellation)
    {
        IReadOnlyList<TileSpan> rows = plan.Rows, columns = plan.Columns;
        int stride = plan.Width * 3;
        float[] band = new float[checked((int)Math.Min(plan.Height, plan.Core + (2L * plan.Blend)) * stride)];
        foreach (TileSpan row in rows)
        {
            int bandStart = row.GiveStart, bandEnd = row.GiveEnd(plan.Height);
            foreach (TileSpan column in columns)
            {
                cancellation.ThrowIfCancellationRequested();
                // Read where the tensor keeps them: a managed copy for each tile would pile up between collections.
                using var scope = NewDisposeScope();
                using var frozen = no_grad();
                Tensor output = Predict(network, read, row, column);
                Add(plan, row, column, MemoryMarshal.Cast<byte, float>(output.bytes), band, bandStart);
                advance((long)(row.CoreEnd - row.CoreStart) * (column.CoreEnd - column.CoreStart));
            }

            // Rows that the next row of tiles fades into stay; they move to the band's start.
            int finished = row.CoreEnd == plan.Height ? plan.Height : Math.Max(bandStart, row.CoreEnd - row.Blend);
            int done = (finished - bandStart) * stride, rest = (bandEnd - finished) * stride;
            take(bandStart, finished - bandStart, band.AsSpan(0, done));
            band.AsSpan(done, rest).CopyTo(band);
            band.AsSpan(rest).Clear();
        }
    }

    /// <summary>What the network makes of a part: 1×3×height×width float32 on the CPU, contiguous.</summary>
    private static Tensor Predict(UpscaleNetwork network, ReadPart read, TileSpan row, TileSpan column)
    {
        int width = column.ReadEnd - column.ReadStart, height = row.ReadEnd - row.ReadStart;
        Tensor input = read(column.ReadStart, row.ReadStart, width, height);
        Tensor output = network.Predict(input);
        if (!output.shape.SequenceEqual([1, 3, height, width]))
        {
            throw new InvalidOperationException(
                $"{network.Name} made {string.Join('×', output.shape)} of an input 1×3×{height}×{width}; it must keep the size.");
        }

        if (!output.isfinite().all().item<bool>())
        {
            throw new InputException(
                $"{network.Name} gives values that are no numbers (NaN or infinity) near pixel ({column.CoreStart}, {row.CoreStart}) of the output; "
                + "its weights are damaged, or its arithmetic overflows: try float32, or fetch or train the model again.");
        }

        return output.to(float32).cpu().contiguous();
    }

    private static void Add(TilePlan plan, TileSpan row, TileSpan column, ReadOnlySpan<float> values, float[] band, int bandStart)
    {
        int width = column.ReadEnd - column.ReadStart, plane = width * (row.ReadEnd - row.ReadStart);
        int left = column.GiveStart, right = column.GiveEnd(plan.Width);
        float[] across = [.. Enumerable.Range(left, right - left).Select(x => column.Weight(x, plan.Width))];
        for (int y = row.GiveStart; y < row.GiveEnd(plan.Height); y++)
        {
            float down = row.Weight(y, plan.Height);
            int from = ((y - row.ReadStart) * width) + left - column.ReadStart, to = (((y - bandStart) * plan.Width) + left) * 3;
            for (int i = 0; i < across.Length; i++, from++, to += 3)
            {
                float weight = down * across[i];
                band[to] += weight * values[from];
                band[to + 1] += weight * values[from + plane];
                band[to + 2] += weight * values[from + plane + plane];
            }
        }
    }
}

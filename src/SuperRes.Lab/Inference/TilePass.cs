using System.Runtime.InteropServices;
using SuperRes.Lab.Imaging;
using static TorchSharp.torch;

namespace SuperRes.Lab.Inference;

/// <summary>
/// What a network makes of a picture, row after row: each time its rows are used up, one row of tiles is computed from the rows of the
/// picture below that it looks at. Memory grows with the width and not with the area; passes can be put behind one another.
/// </summary>
internal sealed unsafe class TilePass : RowSource
{
    // A resample kernel reaches three pixels of the small image; one more keeps its edges out of sight.
    private const int KernelReach = 4;

    private readonly RowSource _input;
    private readonly RowWindow _window;
    private readonly UpscaleNetwork _network;
    private readonly TilePlan _plan;
    private readonly bool _ensemble;
    private readonly Action<long> _advance;
    private readonly CancellationToken _cancellation;
    private readonly IEnumerator<TileSpan> _spans;
    // Not a managed array: those of many photos would pile up between collections.
    private readonly float* _band;
    private readonly int _bandLength;
    private bool _isFreed;
    private int _ready;
    private int _taken;
    private int _rest;

    /// <param name="input">The picture; its rows are used up.</param>
    /// <param name="network">The network.</param>
    /// <param name="plan">The tiles of the output.</param>
    /// <param name="ensemble">Whether each tile is the mean over the flips and rotations.</param>
    /// <param name="advance">Receives after each tile how many output pixels it gave.</param>
    /// <param name="cancellation">Stops between two tiles.</param>
    public TilePass(
        RowSource input, UpscaleNetwork network, TilePlan plan, bool ensemble, Action<long> advance, CancellationToken cancellation)
        : base(plan.Width, plan.Height)
    {
        (_input, _network, _plan, _ensemble, _advance, _cancellation) = (input, network, plan, ensemble, advance, cancellation);
        _window = new(input);
        _spans = plan.Rows.GetEnumerator();
        _bandLength = checked((int)(plan.BandBytes / sizeof(float)));
        _band = (float*)NativeMemory.AllocZeroed((nuint)_bandLength, sizeof(float));
    }

    /// <summary>Rows of a scale's small picture that a stretch of the output is made from, with what the kernel reaches.</summary>
    /// <param name="start">First pixel of the stretch.</param>
    /// <param name="end">One past its last.</param>
    /// <param name="network">The network, which may enlarge by itself.</param>
    /// <param name="length">How many rows the small picture has.</param>
    private static (int Start, int End) Small(int start, int end, UpscaleNetwork network, int length)
    {
        int scale = network.Scale, reach = scale == 1 || network.EnlargesItself ? 0 : KernelReach;
        return (Math.Max(0, (start / scale) - reach), Math.Min(length, ((end + scale - 1) / scale) + reach));
    }

    public override void Read(Span<float> rows)
    {
        while (rows.Length > 0)
        {
            if (_taken == _ready)
            {
                NextBand();
            }

            int count = Math.Min(rows.Length, _ready - _taken);
            Band.Slice(_taken, count).CopyTo(rows);
            _taken += count;
            rows = rows[count..];
        }
    }

    public override void Dispose()
    {
        _spans.Dispose();
        _input.Dispose();
        if (!_isFreed)
        {
            NativeMemory.Free(_band);
            _isFreed = true;
        }
    }

    private Span<float> Band => _isFreed ? throw new ObjectDisposedException(nameof(TilePass)) : new(_band, _bandLength);

    private void NextBand()
    {
        // Rows that the next row of tiles fades into have stayed; they move to the band's start.
        Span<float> band = Band;
        band.Slice(_ready, _rest).CopyTo(band);
        band[_rest..].Clear();
        if (!_spans.MoveNext())
        {
            throw new InvalidOperationException("More rows were asked for than the picture has.");
        }

        TileSpan row = _spans.Current;
        (int first, int end) = Small(row.ReadStart, row.ReadEnd, _network, _input.Height);
        _window.MoveTo(first, end);
        foreach (TileSpan column in _plan.Columns)
        {
            _cancellation.ThrowIfCancellationRequested();
            // Read where the tensor keeps them: a managed copy for each tile would pile up between collections.
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            using Tensor output = Predict(Enlarged(row, column), row, column);
            Add(row, column, MemoryMarshal.Cast<byte, float>(output.bytes));
            _advance((long)(row.CoreEnd - row.CoreStart) * (column.CoreEnd - column.CoreStart) * (_ensemble ? Dihedral.Count : 1));
        }

        int bandStart = row.GiveStart, stride = Width * 3;
        int finished = row.CoreEnd == Height ? Height : Math.Max(bandStart, row.CoreEnd - row.Blend);
        (_ready, _taken, _rest) = ((finished - bandStart) * stride, 0, (row.GiveEnd(Height) - finished) * stride);
    }

    /// <summary>The network's input for a tile: 1×3×height×width in 0–1, or smaller by the scale where it enlarges by itself.</summary>
    private Tensor Enlarged(TileSpan row, TileSpan column)
    {
        int scale = _network.Scale, height = row.ReadEnd - row.ReadStart, width = column.ReadEnd - column.ReadStart;
        (int top, int bottom) = Small(row.ReadStart, row.ReadEnd, _network, _input.Height);
        (int left, int right) = Small(column.ReadStart, column.ReadEnd, _network, _input.Width);
        Tensor small = _window.Part(left, top, right - left, bottom - top);
        if (scale == 1 || _network.EnlargesItself)
        {
            return small;
        }

        using Tensor large = Resampler.Resize(small, (bottom - top) * scale, (right - left) * scale, _network.InputFilter);
        return large.narrow(2, row.ReadStart - (top * scale), height).narrow(3, column.ReadStart - (left * scale), width)
            .clamp(Scalars.Zero, Scalars.One).contiguous();
    }

    /// <summary>What the network makes of a tile: 1×3×height×width float32 in 0–1 on the CPU, contiguous.</summary>
    private Tensor Predict(Tensor input, TileSpan row, TileSpan column)
    {
        int times = _network.EnlargesItself ? _network.Scale : 1;
        using Tensor output = _ensemble ? Dihedral.Mean(input, Checked, Math.Max(1, _network.SizeMultiple / times), times) : Checked(input);
        return output.to(float32).cpu().clamp(Scalars.Zero, Scalars.One).contiguous();

        Tensor Checked(Tensor tile)
        {
            Tensor result = _network.Predict(tile);
            if (!result.shape.SequenceEqual([1, 3, tile.shape[2] * times, tile.shape[3] * times]))
            {
                throw new InvalidOperationException(
                    $"{_network.Name} made {string.Join('×', result.shape)} of an input {string.Join('×', tile.shape)}; it must "
                        + $"give {(times == 1 ? "the same size" : $"{times} times the size")}.");
            }

            return result.isfinite().all().item<bool>() ? result : throw _network.NoNumbers(column.CoreStart, row.CoreStart);
        }
    }

    private void Add(TileSpan row, TileSpan column, ReadOnlySpan<float> values)
    {
        Span<float> band = Band;
        int width = column.ReadEnd - column.ReadStart, plane = width * (row.ReadEnd - row.ReadStart);
        int left = column.GiveStart, right = column.GiveEnd(Width);
        float[] across = [.. Enumerable.Range(left, right - left).Select(x => column.Weight(x, Width))];
        for (int y = row.GiveStart; y < row.GiveEnd(Height); y++)
        {
            float down = row.Weight(y, Height);
            int from = ((y - row.ReadStart) * width) + left - column.ReadStart, to = (((y - row.GiveStart) * Width) + left) * 3;
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

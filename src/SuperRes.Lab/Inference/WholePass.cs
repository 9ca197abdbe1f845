namespace SuperRes.Lab.Inference;

/// <summary>What a network makes of a picture that is one tile, without a tensor: libtorch need not be loaded for it.</summary>
/// <param name="input">The picture; its rows are used up.</param>
/// <param name="network">The network, which has <see cref="UpscaleNetwork.PredictWhole"/>.</param>
/// <param name="advance">Receives how many output pixels were made.</param>
/// <param name="cancellation">Stops before the network runs.</param>
internal sealed class WholePass(RowSource input, UpscaleNetwork network, Action<long> advance, CancellationToken cancellation)
    : RowSource(input.Width * network.Scale, input.Height * network.Scale)
{
    private float[]? _planes;
    private int _row;

    public override void Read(Span<float> rows)
    {
        _planes ??= Predict();
        int plane = Width * Height, from = _row * Width, count = rows.Length / 3;
        for (int i = 0; i < count; i++)
        {
            rows[3 * i] = _planes[from + i];
            rows[(3 * i) + 1] = _planes[plane + from + i];
            rows[(3 * i) + 2] = _planes[plane + plane + from + i];
        }

        _row += count / Width;
    }

    public override void Dispose() => input.Dispose();

    private float[] Predict()
    {
        cancellation.ThrowIfCancellationRequested();
        int small = input.Width * input.Height;
        var pixels = new float[small * 3];
        input.Read(pixels);
        var planes = new float[pixels.Length];
        for (int i = 0; i < small; i++)
        {
            planes[i] = pixels[3 * i];
            planes[small + i] = pixels[(3 * i) + 1];
            planes[small + small + i] = pixels[(3 * i) + 2];
        }

        float[] result = network.PredictWhole!(planes, input.Height, input.Width);
        for (int i = 0; i < result.Length; i++)
        {
            if (!float.IsFinite(result[i]))
            {
                int at = i % (Width * Height);
                throw network.NoNumbers(at % Width, at / Width);
            }

            result[i] = Math.Clamp(result[i], 0, 1);
        }

        advance((long)Width * Height);
        return result;
    }
}

using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using PaddingModes = TorchSharp.PaddingModes;

namespace SuperRes.Lab.Inference;

/// <summary>The eight flips and rotations of a picture.</summary>
internal static class Dihedral
{
    public const int Count = 8;

    /// <summary>The mean of a network's results for a picture's flips and rotations, each turned back.</summary>
    /// <param name="image">1×3×H×W.</param>
    /// <param name="predict">The network.</param>
    /// <param name="multiple">
    /// Of what the positions of pooling are multiples. The image is filled up to it before it is turned: tiles of one picture would
    /// otherwise pool at different places.
    /// </param>
    /// <param name="times">How many times larger the network's results are. Default: 1.</param>
    public static Tensor Mean(Tensor image, Func<Tensor, Tensor> predict, int multiple, int times = 1)
    {
        long height = image.shape[2], width = image.shape[3];
        using var scope = NewDisposeScope();
        Tensor padded = Filled(image, (multiple - (width % multiple)) % multiple, (multiple - (height % multiple)) % multiple);
        Tensor sum = zeros(1, 3, padded.shape[2] * times, padded.shape[3] * times, dtype: padded.dtype, device: padded.device);
        for (int i = 0; i < Count; i++)
        {
            using var turn = NewDisposeScope();
            sum.add_(Apply(predict(Apply(padded, i, back: false).contiguous()), i, back: true), Scalars.One);
        }

        return sum.div_(Count).narrow(2, 0, height * times).narrow(3, 0, width * times).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Bit 0 mirrors left and right, bit 1 turns upside down, bit 2 then swaps rows and columns; back undoes it.</summary>
    private static Tensor Apply(Tensor image, int index, bool back)
    {
        long[] mirrored = [.. new[] { (Bit: 1, Axis: 3L), (Bit: 2, Axis: 2L) }.Where(m => (index & m.Bit) != 0).Select(m => m.Axis)];
        Tensor start = back && (index & 4) != 0 ? image.transpose(2, 3) : image;
        Tensor turned = mirrored.Length == 0 ? start : start.flip(mirrored);
        return !back && (index & 4) != 0 ? turned.transpose(2, 3) : turned;
    }

    private static Tensor Filled(Tensor image, long right, long below)
        => right + below == 0 ? image : F.pad(image, [0, right, 0, below], PaddingModes.Replicate);
}

using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// Keeps flat colours as they are. Convolutions take what lies outside a picture as zero, which gave a flat colour a rim of up to 11 of
/// 255, and a network's answer to a colour alone need not be that colour; where there is nothing to enlarge or repair, nothing is changed.
/// Padding the picture instead keeps flat colours too and costs photos 0.08 dB, since the network has learned what a border looks like.
/// </summary>
internal static class FlatColours
{
    /// <summary>Side of the cells that are looked at. Positions of tiles are multiples of it, so that tiles and the undivided picture are
    /// looked at through the same cells.</summary>
    public const int Cell = 4;

    /// <summary>The input where it is flat all around, the output where it is not, and a mix where it varies by less than two levels of
    /// 255.</summary>
    /// <param name="input">N×3×H×W in 0–1.</param>
    /// <param name="output">What a network made of it.</param>
    /// <param name="reach">How many pixels around must be flat too.</param>
    /// <param name="cell">Side of the cells, of which positions of tiles are multiples.</param>
    public static Tensor Keep(Tensor input, Tensor output, int reach, int cell = Cell)
    {
        using Scalar levels = Scalars.Of(255f / 2);
        int cells = reach / cell;
        Tensor range = Greatest(input, cells, cell);
        using (Tensor negative = input.negative())
        {
            range.add_(Greatest(negative, cells, cell), Scalars.One);
        }

        Tensor weight = nn.functional.interpolate(
            range.amax([1], keepdim: true).mul(levels).clamp(Scalars.Zero, Scalars.One), scale_factor: [cell, cell],
            mode: torch.InterpolationMode.Nearest);
        return input.lerp(output, weight.narrow(2, 0, input.shape[2]).narrow(3, 0, input.shape[3]));
    }

    /// <summary>The greatest value of the cells around each cell.</summary>
    private static Tensor Greatest(Tensor planes, int cells, int cell)
    {
        Tensor largest = nn.functional.max_pool2d(planes, [cell, cell], [cell, cell], ceil_mode: true);
        int around = (2 * cells) + 1;
        largest = nn.functional.max_pool2d(largest, [around, 1], [1, 1], [cells, 0]);
        return nn.functional.max_pool2d(largest, [1, around], [1, 1], [0, cells]);
    }
}

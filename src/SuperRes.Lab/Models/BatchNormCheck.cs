namespace SuperRes.Lab.Models;

/// <summary>Refuses batches of which batch norm sees one value per channel: their variance is not a number, and the loss becomes NaN.</summary>
internal static class BatchNormCheck
{
    /// <summary>Checks a batch against the network's deepest batch norm that takes the batch's statistics.</summary>
    /// <param name="model">The network.</param>
    /// <param name="batch">Images a batch.</param>
    /// <param name="height">Their height in pixels.</param>
    /// <param name="width">Their width in pixels.</param>
    /// <param name="where">What to name in the message.</param>
    /// <exception cref="InputException">There is one value per channel.</exception>
    public static void Require(UnetOptions model, int batch, int height, int width, string where)
    {
        int reduction = Reduction(model);
        if (reduction > 0 && batch == 1 && height <= reduction && width <= reduction)
        {
            throw new InputException(
                $"{where}: a batch of one image of {height}×{width} px leaves batch norm a single value per channel at the network's deepest level, "
                + $"where a variance needs two; use a batch of 2 or more, or more than {reduction} px.");
        }
    }

    /// <summary>How many times smaller the maps of that batch norm are than the picture; 0 where there is none.</summary>
    private static int Reduction(UnetOptions model) => model switch
    {
        { IsLite: true } => 0,
        { IsLiteResNet: true } => 16,
        _ => 32,
    };
}

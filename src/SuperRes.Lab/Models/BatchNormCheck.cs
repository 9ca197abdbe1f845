namespace SuperRes.Lab.Models;

/// <summary>Refuses batches of which batch norm sees one value per channel: their variance is not a number, and the loss becomes
/// NaN.</summary>
public static class BatchNormCheck
{
    /// <summary>Checks a batch against the network's deepest batch norm that takes the batch's statistics.</summary>
    /// <param name="model">The network.</param>
    /// <param name="batch">Images a batch.</param>
    /// <param name="height">Their height in pixels.</param>
    /// <param name="width">Their width in pixels.</param>
    /// <param name="where">What to name in the message.</param>
    /// <exception cref="InputException">There is one value per channel.</exception>
    public static void Require(NetworkOptions model, int batch, int height, int width, string where)
    {
        int reduction = model.BatchNormReduction();
        if (reduction > 0 && batch == 1 && height <= reduction && width <= reduction)
        {
            throw new InputException(
                $"{where}: a batch of one image of {height}×{width} px leaves batch norm a single value per channel at the network's "
                    + $"deepest level, "
                + $"where a variance needs two; use a batch of 2 or more, or more than {reduction} px.");
        }
    }
}

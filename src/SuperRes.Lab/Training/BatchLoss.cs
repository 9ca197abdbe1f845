using SuperRes.Lab.Losses;

namespace SuperRes.Lab.Training;

/// <summary>The loss of one batch, as numbers.</summary>
/// <param name="Total">The sum.</param>
/// <param name="Terms">Its terms, in the order of the loss's term names.</param>
public sealed record BatchLoss(double Total, IReadOnlyList<float> Terms)
{
    /// <summary>Reads the numbers, which waits for the device.</summary>
    internal static BatchLoss Of(LossTerms terms) => new(terms.Total.item<float>(), terms.Values.cpu().data<float>().ToArray());
}

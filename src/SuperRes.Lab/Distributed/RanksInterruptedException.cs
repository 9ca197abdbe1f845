namespace SuperRes.Lab.Distributed;

/// <summary>A rank was told to stop, and all ranks end at the same place, so that what follows can still be done together.</summary>
/// <param name="cancellation">What told this rank, where it was told.</param>
public sealed class RanksInterruptedException(CancellationToken cancellation) : OperationCanceledException(cancellation);

namespace SuperRes.Lab;

/// <summary>
/// Asks long work to stop: a notebook cell that was interrupted or passed its time limit. Library calls that take a
/// cancellation token are given <see cref="Token"/> by cells. In .NET Interactive it is the running cell's own token, so that Stop ends
/// the work and not the wait for it alone; in engines that know no such token (Verso) it never fires.
/// </summary>
public static class Interruption
{
    private static readonly AsyncLocal<CancellationToken> Current = new();

    /// <summary>
    /// Fires when the surrounding cell or command is asked to stop; never (<see cref="CancellationToken.None"/>) by default. Flows with
    /// async calls and into the tasks and threads that they start.
    /// </summary>
    public static CancellationToken Token
    {
        get => Current.Value is { CanBeCanceled: true } own ? own : HostInterruption.Token;
        set => Current.Value = value;
    }
}

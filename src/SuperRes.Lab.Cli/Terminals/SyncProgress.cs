namespace SuperRes.Lab.Cli.Terminals;

/// <summary>Hands reports on at once, in their order, on the thread that makes them.</summary>
/// <typeparam name="T">The report.</typeparam>
internal sealed class SyncProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}

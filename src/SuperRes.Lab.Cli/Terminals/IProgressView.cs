namespace SuperRes.Lab.Cli.Terminals;

/// <summary>Shows how far work is.</summary>
internal interface IProgressView : IDisposable
{
    /// <summary>Shows how far the work is. Cheap: may be called for every tile or batch, from any thread.</summary>
    /// <param name="fraction">0–1.</param>
    /// <param name="detail">What is at work, and how long the rest will take.</param>
    void Report(double fraction, string detail);
}

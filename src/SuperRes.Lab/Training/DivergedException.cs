namespace SuperRes.Lab.Training;

/// <summary>A loss or a gradient became NaN or infinite; the message names stage, step and terms.</summary>
public sealed class DivergedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What became of which loss, where.</param>
    public DivergedException(string message)
        : base(message)
    {
    }
}

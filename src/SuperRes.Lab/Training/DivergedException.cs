namespace SuperRes.Lab.Training;

/// <summary>The loss became NaN or infinite; the message names stage, step and term.</summary>
public sealed class DivergedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What became of which loss, where.</param>
    public DivergedException(string message)
        : base(message)
    {
    }
}

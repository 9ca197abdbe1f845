namespace SuperRes.Lab;

/// <summary>
/// Input that a person can correct: a file, a folder, an option or a value. The message is one sentence that says what is wrong,
/// where, and what to do. The command line prints it and exits with code 2.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence: what was found, where, what was expected, what to do.</param>
    /// <param name="inner">The failure underneath, if any; shown only on request.</param>
    public InputException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

namespace SuperRes.Lab.IO;

/// <summary>How fast work goes since this was made, and how long the rest will take at that rate.</summary>
internal sealed class RateMeter(TimeProvider clock)
{
    private const double LongestSeconds = 1e8;
    private readonly long _began = clock.GetTimestamp();

    /// <summary>Units of work a second; 0 before the first.</summary>
    public double Rate(double done) => clock.GetElapsedTime(_began).TotalSeconds is > 0 and double seconds ? Math.Max(0, done) / seconds
        : 0;

    /// <summary>Time for the rest; null before there is a rate.</summary>
    public TimeSpan? Remaining(double done, double left) =>
        Rate(done) is > 0 and double rate ? TimeSpan.FromSeconds(Math.Clamp(left / rate, 0, LongestSeconds)) : null;
}

using SuperRes.Lab.Cli;
using SuperRes.Lab.Cli.Terminals;

namespace SuperRes.Lab.Tests.Cli;

public sealed class TerminalTests
{
    [Theory]
    [InlineData("NO_COLOR", "1", false)]
    [InlineData("CI", "true", false)]
    [InlineData("TERM", "dumb", false)]
    [InlineData("TERM", "xterm", true)]
    [InlineData("NO_COLOR", "", true)]
    public void Environment_Variables_DecideOnColour(string variable, string value, bool expected)
        => Assert.Equal(expected, ConsoleEnvironment.WantsColour(name => name == variable ? value : null));

    [Fact]
    public void Progress_NobodyWatches_WritesALineEveryTenSeconds()
    {
        var clock = new ManualClock();
        using StringWriter output = new(), error = new() { NewLine = "\n" };
        using var terminal = new Terminal(output, error, new ConsoleEnvironment { Clock = clock });
        using (IProgressView view = terminal.StartProgress("upscaling"))
        {
            for (int second = 0; second < 25; second++)
            {
                view.Report(second / 25.0, $"second {second}");
                clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        Assert.Equal("upscaling: 40 %, second 10\nupscaling: 80 %, second 20\n", error.ToString());
        Assert.Empty(output.ToString());
    }

    [Fact]
    public void Progress_Watched_ShowsABarAndTakesItAwayBeforeText()
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        using var terminal = new Terminal(output, TextWriter.Synchronized(error), new ConsoleEnvironment { IsWatched = true });
        using (IProgressView view = terminal.StartProgress("upscaling"))
        {
            view.Report(0.5, "photo [1].jpg");
            terminal.Result("a result");
            string bar = error.ToString();
            Assert.Contains("photo [1].jpg", bar, StringComparison.Ordinal);
            Assert.Contains("50%", bar, StringComparison.Ordinal);
            Assert.EndsWith("\r\e[2K", bar, StringComparison.Ordinal);
        }

        Assert.Equal("a result\n", output.ToString());
    }

    [Fact]
    public void Error_Watched_HasAColouredLabelAndStaysOneLine()
    {
        using StringWriter output = new(), error = new() { NewLine = "\n" };
        using var terminal = new Terminal(output, error, new ConsoleEnvironment { IsWatched = true });
        terminal.Error(new string('x', 300));
        Assert.StartsWith("\e[", error.ToString(), StringComparison.Ordinal);
        Assert.Single(error.ToString().TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData(0.44, "0.4 s")]
    [InlineData(9.96, "10 s")]
    [InlineData(59.6, "1 min 0 s")]
    [InlineData(200, "3 min 20 s")]
    [InlineData(7500, "2 h 5 min")]
    public void Words_Time_IsShort(double seconds, string expected) => Assert.Equal(expected, Words.Of(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(999, "999 B")]
    [InlineData(7289, "7.3 kB")]
    [InlineData(448_993_893, "449 MB")]
    [InlineData(3_530_603_713, "3.5 GB")]
    public void Words_Bytes_ArePowersOfTen(long bytes, string expected) => Assert.Equal(expected, Words.OfBytes(bytes));

    private sealed class ManualClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }
}

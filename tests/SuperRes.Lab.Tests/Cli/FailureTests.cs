using SuperRes.Lab.Cli;
using SuperRes.Lab.Cli.Terminals;

namespace SuperRes.Lab.Tests.Cli;

public sealed class FailureTests
{
    [Fact]
    public void Report_InputException_IsOneLineAndTwo()
    {
        (int code, string text) = Report(new InputException("a\n  b."));
        Assert.Equal((2, "error: a b.\n"), (code, text));
    }

    [Fact]
    public void Report_OtherFailure_IsItsFirstLineAndOne()
    {
        (int code, string text) = Report(new InvalidOperationException("torch failed\nException raised from …\nframe #0"));
        Assert.Equal((1, "error: torch failed\nRun it again with --verbose for the details.\n"), (code, text));
    }

    [Fact]
    public void Report_Verbose_ShowsTheStack()
    {
        (int code, string text) = Report(Thrown(), verbose: true);
        Assert.Equal(1, code);
        Assert.Contains(nameof(Thrown), text, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_Interruption_Is130()
    {
        (int code, string text) = Report(new OperationCanceledException(), cancelled: true);
        Assert.Equal((130, "Interrupted; what was finished is saved.\n"), (code, text));
    }

    [Fact]
    public void Report_CancellationNobodyAskedFor_IsAFailure() => Assert.Equal(1, Report(new OperationCanceledException("gone")).Code);

    private static (int Code, string Text) Report(Exception failure, bool verbose = false, bool cancelled = false)
    {
        using StringWriter output = new(), error = new() { NewLine = "\n" };
        using var terminal = new Terminal(output, error, new ConsoleEnvironment());
        int code = Failures.Report(failure, terminal, verbose, new CancellationToken(cancelled));
        Assert.Empty(output.ToString());
        return (code, error.ToString());
    }

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException("here");
        }
        catch (InvalidOperationException e)
        {
            return e;
        }
    }
}

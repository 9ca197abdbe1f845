using System.Diagnostics;

namespace SuperRes.Lab.Tests;

/// <summary>.ci/run over a <c>dotnet</c> that only prints what a test run would, and packages that work or don't.</summary>
public sealed class CiRunTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(5, 0, 0, false, 0, 0, "7 passed, 0 failed", 0)] // and the packages and the course
    [InlineData(5, 0, 0, false, 1, 0, "6 passed, 1 failed", 1)]
    [InlineData(5, 0, 0, false, 0, 1, "6 passed, 1 failed", 1)]
    [InlineData(5, 0, 139, false, 0, 0, "7 passed, 1 failed", 1)] // died after its last test
    [InlineData(0, 0, 134, false, 0, 0, "2 passed, 1 failed", 1)] // died before it
    [InlineData(4, 2, 2, false, 0, 0, "6 passed, 2 failed", 1)]
    [InlineData(5, 0, 0, true, 0, 0, "10 passed, 0 failed", 0)] // and 3 without the reference values
    [InlineData(4, 1, 2, true, 1, 0, "8 passed, 2 failed", 1)]
    public async Task Run_Outcome_LastLineTellsIt(
        int passed, int failed, int exitCode, bool hasShared, int packages, int course, string lastLine, int expectedCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is bash's.");
        string script = Path.Combine(Root(), ".ci", "run");
        Directory.CreateDirectory(_temp["clone/.ci"]);
        File.Copy(script, _temp["clone/.ci/run"]);
        _temp.Write("clone/README.md", "dotnet test -c Release\n");
        if (hasShared)
        {
            Directory.CreateDirectory(_temp["shared/golden"]);
        }

        // With the reference values, or where there are none, the outcome that is asked for; without them 3 tests pass.
        Executable("clone/eng/test-packages", $"[ \"$*\" = --no-build ] && exit {packages}; exit 9");
        Executable("bin/dotnet", $"""
            [ "$1" = run ] && exit {course}
            [ "$1" = test ] || exit 0
            if {(hasShared ? "[ -z \"${SUPERRES_SHARED:-}\" ]" : "true")}; then
              printf '  succeeded: %s\n  failed: %s\n' {passed} {failed}; exit {exitCode}
            fi
            [ -e "$SUPERRES_SHARED" ] && exit 1
            {(hasShared ? "[[ \"$*\" = *\" --filter-class *.LpipsTests *.MaskTests\" ]] || exit 1" : "")}
            printf '  succeeded: 3\n  failed: 0\n'
            """);
        Executable("bin/chromium", "exit 0");
        Executable("bin/mpirun", "exit 0");
        Executable("bin/mpirun.mpich", "exit 0");
        Executable("bin/jupyter-nbconvert", "exit 0");
        foreach (string name in (string[])["LpipsTests", "MaskTests"])
        {
            _temp.Write($"clone/tests/SuperRes.Lab.Tests/{name}.cs", "string heads = Shared.Require();\n");
        }

        _temp.Write("clone/tests/SuperRes.Lab.Tests/OtherTests.cs", "none");
        var start = new ProcessStartInfo("bash", [_temp["clone/.ci/run"]]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["PATH"] = $"{_temp["bin"]}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment.Remove("SUPERRES_SHARED");

        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(lastLine, output.TrimEnd().Split('\n')[^1]);
        Assert.Equal(expectedCode, process.ExitCode);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SuperRes.Lab.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests don't run within the repository.");
        }

        return folder.FullName;
    }

    private void Executable(string name, string body)
    {
        string path = _temp.Write(name, "#!/usr/bin/env bash\n" + body + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}

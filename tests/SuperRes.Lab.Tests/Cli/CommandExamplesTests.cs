using System.CommandLine;
using System.Text.RegularExpressions;
using SuperRes.Lab.Cli;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Course;
using SuperRes.Lab.Experiments;

namespace SuperRes.Lab.Tests.Cli;

/// <summary>What help texts and the README tell people to type is understood, and names things that exist.</summary>
public sealed partial class CommandExamplesTests
{
    private static string Readme => File.ReadAllText(Path.Combine(LabFolders.Root, "README.md"));

    [Fact]
    public void Help_EachExample_IsACommandLine()
    {
        RootCommand root = Root();
        string[] examples = [.. All(root).OfType<IExamples>().SelectMany(command => command.Examples).Distinct(StringComparer.Ordinal)];
        Assert.InRange(examples.Length, 50, 200);
        Assert.All(examples, example => Check(root, example));
    }

    [Fact]
    public void Readme_EachCommand_IsACommandLine()
    {
        RootCommand root = Root();
        // A launcher before it, and the checkout's way to start it, count as the program.
        string[] lines = [.. Blocks().Matches(Readme).SelectMany(block => block.Groups["body"].Value.Split('\n'))
            .Select(line => Regex.Replace(line, @"^(mpirun -np \d+ superres|dotnet run --project src/SuperRes\.Lab\.Cli -c Release --) ",
                "superres "))
            .Where(line => line.StartsWith("superres ", StringComparison.Ordinal))];
        Assert.InRange(lines.Length, 20, 60);
        Assert.All(lines, line => Check(root, Regex.Split(line, " {2,}")[0]));
    }

    [Fact]
    public async Task Readme_LinesOfCSharp_EnlargeAPhoto()
    {
        string code = Assert.Single(Blocks().Matches(Readme), block => block.Groups["kind"].Value == "csharp").Groups["body"].Value;
        Assert.InRange(
            code.Split('\n').Count(line => line.Length > 0 && !line.StartsWith("using SuperRes", StringComparison.Ordinal)), 4, 6);
        using var folder = new TempFolder();
        string file = folder.Write("readme.cs", code + """
            Console.WriteLine($"{large.Width}×{large.Height} {File.Exists("chelsea-x2.png")}");
            """);
        (int exit, string text) = await ChildProcess.RunAsync(file, TestContext.Current.CancellationToken);
        Assert.True(exit == 0, text);
        Assert.Contains("902×600 True", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Readme_TableOfResults_IsThatOfTheFiles() => Assert.Equal(Readme,
        ResultsSummary.Refresh(Readme, Path.Combine(LabFolders.Root, "docs", "results")));

    [Fact]
    public void Readme_EachLinkWithinTheRepository_LeadsSomewhere()
    {
        string[] links = [.. Regex.Matches(Readme, @"\]\((?<to>[^)#:]+)(#[^)]*)?\)").Select(link => link.Groups["to"].Value).Distinct()];
        Assert.InRange(links.Length, 10, 100);
        Assert.All(links, link =>
            Assert.True(Path.Exists(Path.Combine(LabFolders.Root, link)), $"README links to {link}, which is not there."));
    }

    private static void Check(RootCommand root, string line)
    {
        string[] words = [.. Words().Matches(line).Select(word => word.Value.Trim('\'', '"'))];
        Assert.Equal("superres", words[0]);
        ParseResult parsed = root.Parse(
            words[1..], new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        Assert.True(ParseFaults.Describe(parsed) is not { } fault, $"{line}: {ParseFaults.Describe(parsed)}");
        if (words is [_, "train" or "lr-find", var experiment, ..])
        {
            Assert.Contains(experiment, Experiment.Names());
        }

        Assert.All(words.Where(
            word => word.EndsWith(".ipynb", StringComparison.Ordinal) && word.StartsWith("notebooks/", StringComparison.Ordinal)),
            notebook => Assert.True(File.Exists(Path.Combine(LabFolders.Root, notebook)), $"{line}: {notebook} is not there."));
    }

    private static RootCommand Root()
    {
        var environment = new ConsoleEnvironment();
        return CommandTree.Create(new(new Terminal(TextWriter.Null, TextWriter.Null, environment), environment, CancellationToken.None));
    }

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);

    [GeneratedRegex(@"```(?<kind>\w*)\n(?<body>[\s\S]*?)```")]
    private static partial Regex Blocks();

    [GeneratedRegex(@"'[^']*'|""[^""]*""|\S+")]
    private static partial Regex Words();
}

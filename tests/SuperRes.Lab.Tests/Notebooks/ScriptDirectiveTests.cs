using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SuperRes.Lab.Notebooks.Scripting;

namespace SuperRes.Lab.Tests.Notebooks;

public sealed class ScriptDirectiveTests : IDisposable
{
    private readonly SessionHarness _cells = new();

    public void Dispose() => _cells.Dispose();

    [Fact]
    public async Task Import_BringsUsingsVariablesAndTypes()
    {
        _cells.Folder.Write("lab.csx",
            "using System.Text.RegularExpressions;\nvar answer = 42;\nclass Helper { public static int One => 1; }\n");
        Assert.Equal("True 43", await _cells.Value("#!import lab.csx", "$\"{Regex.IsMatch(\"a\", \"a\")} {answer + Helper.One}\""));
    }

    [Fact]
    public async Task Import_WithCodeAround_RunsInOrder()
    {
        _cells.Folder.Write("sub/more.csx", "#!import deeper.csx\nint b = a + deep;");
        _cells.Folder.Write("sub/deeper.csx", "int deep = 10;");
        Assert.Equal("111", await _cells.Value("int a = 1;\n#!import \"sub/more.csx\"\nint c = b + 100;", "c"));
    }

    [Fact]
    public async Task Import_LookAlikeInsideAString_IsText()
    {
        Assert.Equal("\n#!import x.csx\n#r \"y\"", await _cells.Value("var s = @\"\n#!import x.csx\n#r \"\"y\"\"\";\ns"));
    }

    [Fact]
    public async Task Import_MissingFile_NamesItAndTheLine()
    {
        CellError error = await _cells.Error("// first\n#!import nope.csx");
        Assert.StartsWith("The file nope.csx named by #!import does not exist beside the notebook", error.Message,
            StringComparison.Ordinal);
        Assert.Equal("cell [1], line 2", error.Place);
        Assert.Equal("#!import nope.csx", error.SourceLine);
    }

    [Fact]
    public async Task Import_FileWithCompileError_NamesImportAndPlaceInTheFile()
    {
        _cells.Folder.Write("lab.csx", "using System;\nint x = nope;");
        CellError error = await _cells.Error("\n#!import lab.csx");
        Assert.Equal("cell [1], line 2", error.Place);
        Assert.Equal("#!import lab.csx", error.SourceLine);
        Assert.Equal("   CS0103: The name 'nope' does not exist in the current context (lab.csx, line 2, column 9)",
            Assert.Single(error.Details));
    }

    [Fact]
    public async Task Import_FileThatThrows_NamesImportAndPlaceInTheFile()
    {
        _cells.Folder.Write("lab.csx", "\n\nthrow new Exception(\"bad lab\");");
        CellError error = await _cells.Error("#!import lab.csx");
        Assert.Equal("bad lab", error.Message);
        Assert.Equal("cell [1], line 1", error.Place);
        Assert.Equal("   at lab.csx, line 3", Assert.Single(error.Details));
    }

    [Fact]
    public async Task Import_OfItself_IsRefused()
    {
        _cells.Folder.Write("a.csx", "#!import b.csx");
        _cells.Folder.Write("b.csx", "\n#!import a.csx");
        CellError error = await _cells.Error("#!import a.csx");
        Assert.StartsWith("a.csx imports itself", error.Message, StringComparison.Ordinal);
        Assert.Equal("   in b.csx, line 2", Assert.Single(error.Details));
    }

    [Theory]
    [InlineData("#!fsharp\n1", "#!fsharp is unknown here")]
    [InlineData("#!import", "#!import names no file")]
    [InlineData("#r \"nuget: Newtonsoft.Json\"", "asks for a package")]
    [InlineData("#r \"nowhere/x.dll\"", "does not exist")]
    public async Task Directive_ThatCantWork_IsRefusedInASentence(string source, string message)
    {
        CellError error = await _cells.Error(source);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(1, error.Line);
    }

    [Fact]
    public async Task Reference_ToAFileThatIsNoAssembly_IsRefused()
    {
        _cells.Folder.Write("text.dll", "no assembly");
        Assert.Contains("is no .NET assembly", (await _cells.Error("#r \"text.dll\"")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CSharpMagic_IsTakenAsNothing()
    {
        Assert.Equal("3", await _cells.Value("#!csharp\n3"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reference_ToAnAssemblyFile_LoadsItsTypes(bool absolute)
    {
        string name = "Probe" + (absolute ? "A" : "R");
        string path = Compile(name);
        Assert.Equal("7",
            await _cells.Value($"#r \"{(absolute ? path : $"lib/{name}.dll")}\"\nusing {name};\nvar seven = Thing.Seven;", "seven"));
    }

    [Fact]
    public async Task Reference_InAnImportedFile_CountsFromThatFilesFolder()
    {
        Compile("ProbeI");
        _cells.Folder.Write("lib/use.csx", "#r \"ProbeI.dll\"");
        Assert.Equal("7", await _cells.Value("#!import lib/use.csx", "ProbeI.Thing.Seven"));
    }

    [Fact]
    public async Task Reference_ToAnAssemblyOfThisProcess_GivesTheSameTypes()
    {
        // Another build folder's path, as lab.csx has it: the types must still be this process's own.
        CellResult result = await _cells.Run(
            "#r \"/somewhere/else/SuperRes.Lab.dll\"\nAppContext.SetData(\"nb-probe\", typeof(SuperRes.Lab.InputException));\nthrow new "
                + "SuperRes.Lab.InputException(\"x\");");
        Assert.Equal("InputException", result.Error!.Name);
        Assert.Same(typeof(InputException), AppContext.GetData("nb-probe"));
    }

    [Fact]
    public async Task Reference_ToAnAssemblyThatAnEarlierSessionLoaded_GivesTheSameTypes()
    {
        string path = Compile("ProbeS");
        const string keep = "AppContext.SetData(\"nb-probe-KEY\", typeof(ProbeS.Thing));";
        await _cells.Outputs($"#r \"{path}\"\n{keep.Replace("KEY", "1", StringComparison.Ordinal)}");
        using var other = new SessionHarness();
        await other.Outputs($"#r \"{path}\"\n{keep.Replace("KEY", "2", StringComparison.Ordinal)}");
        Assert.NotNull(AppContext.GetData("nb-probe-1"));
        Assert.Same(AppContext.GetData("nb-probe-1"), AppContext.GetData("nb-probe-2"));
    }

    private string Compile(string name)
    {
        string path = _cells.Folder[$"lib/{name}.dll"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var result = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText($"namespace {name}; public static class Thing {{ public static int Seven => 7; }}")],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).Emit(path);
        Assert.True(result.Success);
        return path;
    }
}

using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SuperRes.Lab.Experiments;

namespace SuperRes.Lab.Tests.Examples;

/// <summary>Compiles programs of one file as <c>dotnet run</c> does, against what this test program runs with.</summary>
internal static class ExampleCompiler
{
    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    /// <summary>Compiles a program or a library.</summary>
    /// <returns>The assembly's bytes; a fault fails the test.</returns>
    public static byte[] Compile(string code, string name, OutputKind kind = OutputKind.ConsoleApplication)
    {
        string plain = string.Join('\n', code.Split('\n').Select(line => line.StartsWith("#:", StringComparison.Ordinal) ? "" : line));
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        string trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        CSharpCompilation compilation = CSharpCompilation.Create(
            name, [CSharpSyntaxTree.ParseText(Usings, options), CSharpSyntaxTree.ParseText(plain, options, name + ".cs")],
            trusted.Split(Path.PathSeparator).Where(File.Exists).Select(file => MetadataReference.CreateFromFile(file)),
            new CSharpCompilationOptions(kind, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(fault => fault.Severity == DiagnosticSeverity.Error)));
        return image.ToArray();
    }

    /// <summary>Compiles a program and runs it in this process, with a folder of its own for runs.</summary>
    /// <returns>Its exit code.</returns>
    public static int Run(string file)
    {
        using var runs = new TempFolder();
        Environment.SetEnvironmentVariable("SUPERRES_RUNS", runs.Path);
        byte[] image = Compile(File.ReadAllText(file), Path.GetFileNameWithoutExtension(file));
        string root = LabFolders.Root;
        Directory.CreateSymbolicLink(runs["models"], Path.Combine(root, "models"));
        Directory.CreateSymbolicLink(runs["data"], Path.Combine(root, "data"));
        Environment.CurrentDirectory = runs.Path;
        var program = Assembly.Load(image);
        MethodInfo main = program.EntryPoint!;
        object? code = main.Invoke(null, main.GetParameters().Length == 0 ? null : [Array.Empty<string>()]);
        Directory.Delete(runs["models"]);
        Directory.Delete(runs["data"]);
        Environment.CurrentDirectory = root;
        return code is int number ? number : 0;
    }
}

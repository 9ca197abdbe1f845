using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuperRes.Lab.Experiments;

namespace SuperRes.Lab.Tests;

/// <summary>Holds the order of rooms and projects that docs/architecture.md describes.</summary>
public sealed class ArchitectureTests
{
    /// <summary>The rooms of the platform and of the core; each uses only those before it. Files at the platform's root come before all of
    /// them.</summary>
    private static readonly string[] Rooms =
    [
        "Native", "IO", "Weights", "Imaging", "Models", "Features", "Losses", "Metrics", "Degradations",
        "Photos", "Distributed", "Training", "Inference", "Evaluation", "Experiments",
    ];

    /// <summary>The projects; each uses only those before it.</summary>
    private static readonly string[] Projects =
    [
        "SuperRes.Lab.Platform", "SuperRes.Lab", "SuperRes.Lab.Cluster", "SuperRes.Lab.Datasets", "SuperRes.Lab.Onnx", "SuperRes.Lab.Show",
        "SuperRes.Lab.Benchmarks", "SuperRes.Lab.Interactive", "SuperRes.Lab.Course",
        "SuperRes.Lab.Notebooks", "SuperRes.Lab.Web", "SuperRes.Lab.Cli",
    ];

    private static string[] Sources { get; } =
        [.. new[] { "SuperRes.Lab.Platform", "SuperRes.Lab" }.Select(project => Path.Combine(LabFolders.Root, "src", project))];

    [Fact]
    public void Core_EachRoom_UsesOnlyRoomsBeforeIt()
    {
        CSharpCompilation core = Compile(Sources);

        string[] wrong = [.. core.SyntaxTrees.AsParallel().AsOrdered().SelectMany(file => WrongNames(core, file))];

        Assert.True(wrong.Length == 0, $"These names belong to rooms that come later:\n{string.Join('\n', wrong)}");
    }

    [Fact]
    public void Core_EachFolderAtItsRoot_IsARoom()
    {
        IEnumerable<string> folders = Sources.SelectMany(Directory.EnumerateDirectories)
            .Where(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Any(IsSource))
                .Select(folder => Path.GetFileName(folder)!);

        Assert.Empty(folders.Except(Rooms, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("namespace SuperRes.Lab.Imaging; internal static class Low { static object Room => new SuperRes.Lab.Models.High(); }",
        "Low.cs:1 Imaging uses Models.High")]
    [InlineData("using SuperRes.Lab.Models; namespace SuperRes.Lab.Imaging; internal sealed class Low : High;",
        "Low.cs:1 Imaging uses Models.High")]
    [InlineData("namespace SuperRes.Lab.Photos; internal sealed class Low : SuperRes.Lab.Models.High;", null)]
    public void WrongNames_ReferenceToALaterRoom_NamesFileAndType(string low, string? expected)
    {
        SyntaxTree[] files = [Parse(low, "Low.cs"), Parse("namespace SuperRes.Lab.Models; public class High;", "High.cs")];

        IEnumerable<string> wrong = WrongNames(CSharpCompilation.Create("core", files, Platform()), files[0]).Distinct();

        Assert.Equal(expected is null ? [] : [expected], wrong);
    }

    [Fact]
    public void Projects_EachReference_IsToAProjectBeforeIt()
    {
        string[] wrong =
        [
            .. from top in new[] { "src", "bench" }
               from file in Directory.EnumerateFiles(Path.Combine(LabFolders.Root, top), "*.csproj", SearchOption.AllDirectories)
               let name = Path.GetFileNameWithoutExtension(file)
               from reference in XDocument.Load(file).Descendants("ProjectReference")
               let used = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)
               where Array.IndexOf(Projects, used) < 0 || Array.IndexOf(Projects, used) >= Array.IndexOf(Projects, name)
               select $"{name} uses {used}",
        ];

        Assert.Empty(wrong);
    }

    /// <summary>Every name in a file that belongs to a type of a later room: file, line, and the type.</summary>
    private static IEnumerable<string> WrongNames(CSharpCompilation core, SyntaxTree file)
    {
        SemanticModel model = core.GetSemanticModel(file);
        SyntaxNode root = file.GetRoot();
        string own = root.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().Select(space => RoomOf(space.Name.ToString()))
            .FirstOrDefault("");
        foreach (SimpleNameSyntax name in root.DescendantNodes().OfType<SimpleNameSyntax>())
        {
            ISymbol? symbol = model.GetSymbolInfo(name).Symbol;
            INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
            if (type?.ContainingNamespace is { } space && SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, core.Assembly)
                && RoomOf(space.ToDisplayString()) is var used && Array.IndexOf(Rooms, used) > Array.IndexOf(Rooms, own))
            {
                int line = name.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
                yield return $"{file.FilePath}:{line} {(own.Length > 0 ? own : "the root")} uses {used}.{type.Name}";
            }
        }
    }

    private static string RoomOf(string space) => space.Split('.') is ["SuperRes", "Lab", var room, ..] ? room : "";

    private static CSharpCompilation Compile(string[] projects)
    {
        const string Usings =
            "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
            + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";
        IEnumerable<SyntaxTree> files =
            from project in projects
            from file in Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)
            where IsSource(file)
            select Parse(File.ReadAllText(file), Path.GetRelativePath(project, file));
        IEnumerable<MetadataReference> libraries = Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            .Where(
                file => Path.GetFileName(file) is "TorchSharp.dll" or "SkiaSharp.dll" or "Google.Protobuf.dll" or "System.IO.Hashing.dll")
            .Select(file => MetadataReference.CreateFromFile(file));
        return CSharpCompilation.Create(
            "core", [Parse(Usings, "Usings.cs"), .. files], [.. Platform(), .. libraries],
                new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
    }

    private static IEnumerable<MetadataReference> Platform() =>
        Directory.EnumerateFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "System*.dll")
        .Where(file => !file.EndsWith(".Native.dll", StringComparison.Ordinal)).Select(file => MetadataReference.CreateFromFile(file));

    private static SyntaxTree Parse(string text, string path) =>
        CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview), path);

    private static bool IsSource(string file) =>
        !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
}

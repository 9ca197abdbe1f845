using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Tests.Show;

public sealed class DisplayExtensionsTests
{
    [Fact]
    public void Display_WithAHook_HandsTheValueOverAndReturnsIt()
    {
        var shown = new List<object?>();
        DisplayHook.Show = shown.Add;
        try
        {
            Assert.Equal(42, 42.Display());
            ((string?)null).Display();
            Assert.Equal([42, null], shown);
        }
        finally
        {
            DisplayHook.Show = null;
        }
    }

    [Fact]
    public async Task Hook_SetInOneFlow_IsNotSeenByAnother()
    {
        Task<bool> other = Task.Run(async () =>
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            return DisplayHook.Show is null;
        }, TestContext.Current.CancellationToken);
        DisplayHook.Show = _ => { };
        Assert.True(await other);
        Assert.True(await Task.Run(() => DisplayHook.Show is not null, TestContext.Current.CancellationToken));
        DisplayHook.Show = null;
    }

    [Fact]
    public void Host_WithInteractivesMethod_IsCalledWithTheValue()
    {
        Assembly engine = Compile("Microsoft.DotNet.Interactive.Formatting", """
            namespace System { public static class DisplayExtensions {
                public static object Seen; public static int Types = -1;
                public static object Display(this object value, params string[] mimeTypes) { Seen = value; Types = mimeTypes.Length; return value; } } }
            """);
        Action<object?>? show = HostDisplay.Find([engine]);
        Assert.NotNull(show);
        show("value");
        Type type = engine.GetType("System.DisplayExtensions")!;
        Assert.Equal("value", type.GetField("Seen")!.GetValue(null));
        Assert.Equal(0, type.GetField("Types")!.GetValue(null));
    }

    [Fact]
    public void Host_WithVersosMethod_IsCalledWithTheValue()
    {
        Assembly engine = Compile("Verso.Abstractions", """
            namespace Verso.Abstractions { public static class DisplayExtensions {
                public static object Seen; public static string Type = "unset";
                public static void Display(this object value, string mimeType = null) { Seen = value; Type = mimeType; } } }
            """);
        HostDisplay.Find([engine])!(7);
        Type type = engine.GetType("Verso.Abstractions.DisplayExtensions")!;
        Assert.Equal(7, type.GetField("Seen")!.GetValue(null));
        Assert.Null(type.GetField("Type")!.GetValue(null));
    }

    [Fact]
    public void Host_WithoutAnEngine_IsNotFound() =>
        Assert.Null(
        HostDisplay.Find(AppDomain.CurrentDomain.GetAssemblies().Where(
        a => !a.IsDynamic && a.GetName().Name!.StartsWith("System", StringComparison.Ordinal))));

    internal static byte[] CompileBytes(string name, string source, OutputKind kind, params string[] references)
    {
        IEnumerable<string> platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(
            p => Path.GetFileName(p) is "System.Runtime.dll" or "System.Private.CoreLib.dll" or "System.Console.dll"
            or "System.Collections.dll" or "System.Linq.dll" or "netstandard.dll" or "System.Runtime.Loader.dll");
        CSharpCompilation compilation = CSharpCompilation.Create(name, [CSharpSyntaxTree.ParseText(source)],
            platform.Concat(references).Select(p => MetadataReference.CreateFromFile(p)), new CSharpCompilationOptions(kind));
        using var memory = new MemoryStream();
        var result = compilation.Emit(memory);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return memory.ToArray();
    }

    private static Assembly Compile(string name, string source) =>
        Assembly.Load(CompileBytes(name, source, OutputKind.DynamicallyLinkedLibrary));
}

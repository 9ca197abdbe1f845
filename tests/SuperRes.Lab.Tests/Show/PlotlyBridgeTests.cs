using System.Diagnostics;
using System.Runtime.Loader;
using SuperRes.Lab.Show;
using Microsoft.CodeAnalysis;

namespace SuperRes.Lab.Tests.Show;

public sealed class PlotlyBridgeTests
{
    // What a notebook engine does: FSharp.Core 10.0 is in the default context before the library comes, and is used there.
    private const string Host = """
        using System;
        using System.IO;
        using System.Linq;
        using System.Reflection;
        using System.Runtime.Loader;
        using SuperRes.Lab.Show;
        public static class Host
        {
            public static int Main(string[] args)
            {
                Assembly old = AssemblyLoadContext.Default.LoadFromAssemblyPath(args[0]);
                object list = old.GetType("Microsoft.FSharp.Collections.ListModule").GetMethod("OfArray").MakeGenericMethod(typeof(int)).Invoke(null, new object[] { new[] { 1, 2 } });
                AssemblyLoadContext.Default.Resolving += (context, name) => name.Name != "FSharp.Core" && File.Exists(Path.Combine(args[1], name.Name + ".dll")) ? context.LoadFromAssemblyPath(Path.Combine(args[1], name.Name + ".dll")) : null;
                AssemblyLoadContext.Default.ResolvingUnmanagedDll += (assembly, name) => new[] { name, "lib" + name + ".so", name + ".dll", "lib" + name + ".dylib" }.Select(f => Path.Combine(args[1], f)).Where(File.Exists).Select(System.Runtime.InteropServices.NativeLibrary.Load).FirstOrDefault();
                Render();
                Console.WriteLine(list.GetType().Assembly.GetName().Version);
                return 0;
            }
            private static void Render()
            {
                Chart[] charts = {
                    new Chart("lines").Line("a", new double[] { 1, 2 }, new double[] { 3, 4 }).Scatter("b", new double[] { 1 }, new double[] { 2 }),
                    new Chart("bars").Bars("a", new[] { "x", "y" }, new double[] { 1, 2 }),
                    new Chart("boxes").Boxes("a", new (string, System.Collections.Generic.IEnumerable<double>)[] { ("x", new double[] { 1, 2, 3 }) }),
                };
                foreach (Chart chart in charts.Append(Chart.Grid("grid", 2, charts.Take(2))))
                {
                    string html = chart.ToHtml();
                    Console.WriteLine(chart.Title + " " + html.Contains("\"data\":[{") + " " + html.Contains("Shown as a still"));
                }
            }
        }
        """;

    [Fact]
    public async Task Charts_InAHostWithAnotherFSharpCore_AreInteractive()
    {
        string library = Path.GetDirectoryName(typeof(Chart).Assembly.Location)!;
        string fsharp = Path.Combine(AppContext.BaseDirectory, "hosts", "FSharp.Core-10.0", "FSharp.Core.dll");
        Assert.SkipUnless(File.Exists(fsharp), "FSharp.Core 10.0 has not been restored.");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("superres-host-");
        try
        {
            string host = Path.Combine(folder.FullName, "host.dll");
            await File.WriteAllBytesAsync(
                host, DisplayExtensionsTests.CompileBytes("host", Host, OutputKind.ConsoleApplication, References(library)),
                TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "host.runtimeconfig.json"), """
                {"runtimeOptions":{"tfm":"net10.0","framework":{"name":"Microsoft.NETCore.App","version":"10.0.0"}}}
                """, TestContext.Current.CancellationToken);
            var start = new ProcessStartInfo(
                Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet")
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (string argument in (string[])["exec", host, fsharp, library])
            {
                start.ArgumentList.Add(argument);
            }

            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, output + await errors);
            Assert.Equal(["lines True False", "bars True False", "boxes True False", "grid True False", "10.0.0.0"],
                output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Plotly_WhenLoaded_StaysOutOfTheHostsContext()
    {
        Assert.NotEqual(AssemblyLoadContext.Default, PlotlyBridge.Instance.Context);
        string[] inside = PlotlyBridge.Instance.Context.Assemblies.Select(a => a.GetName().Name!).ToArray();
        Assert.Contains("Plotly.NET", inside);
        Assert.Contains("FSharp.Core", inside);
        Assert.DoesNotContain(AssemblyLoadContext.Default.Assemblies, a => a.GetName().Name == "Plotly.NET");
    }

    [Fact]
    public void Plotly_WhereItIsMissing_FailsToLoadWithoutTakingTheProcessAlong()
    {
        DirectoryInfo empty = Directory.CreateTempSubdirectory("superres-empty-");
        try
        {
            Assert.ThrowsAny<IOException>(() => new PlotlyBridge(empty.FullName));
        }
        finally
        {
            empty.Delete();
        }
    }

    private static string[] References(string library) =>
        [typeof(Chart).Assembly.Location, typeof(InputException).Assembly.Location, typeof(SuperRes.Lab.Imaging.RgbImage).Assembly.Location,
            Path.Combine(library, "TorchSharp.dll"),
            Path.Combine(library, "SkiaSharp.dll")];
}

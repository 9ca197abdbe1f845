using System.Reactive.Linq;
using System.Text.Json;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Events;

namespace SuperRes.Lab.Interactive.Tests;

/// <summary>.NET Interactive's C# kernel in this process, set up as dotnet-interactive does it.</summary>
internal static class EngineHost
{
    public static async Task<int> RunAsync(string requestFile, string answerFile)
    {
        EngineRequest request = JsonSerializer.Deserialize<EngineRequest>(await File.ReadAllTextAsync(requestFile))!;
        Directory.SetCurrentDirectory(request.Folder);
        using CompositeKernel kernel = Create();
        var cells = new List<EngineCell>();
        for (int i = 0; i < request.Cells.Count; i++)
        {
            cells.Add(await RunAsync(kernel, request.Cells[i], i == request.StopCell));
            if (cells[^1].Error is not null && i != request.StopCell)
            {
                break;
            }
        }

        await File.WriteAllTextAsync(answerFile, JsonSerializer.Serialize(cells));
        return 0;
    }

    private static CompositeKernel Create()
    {
        var composite = new CompositeKernel { DefaultKernelName = "csharp" };
        CSharpKernel csharp = new CSharpKernel("csharp").UseKernelHelpers().UseWho().UseValueSharing();
        composite.Add(csharp, ["c#", "C#"]);
        composite.UseImportMagicCommand();
        return composite;
    }

    private static async Task<EngineCell> RunAsync(CompositeKernel kernel, string code, bool isStopped)
    {
        var updated = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using IDisposable events = kernel.KernelEvents.OfType<DisplayedValueUpdated>().Subscribe(_ => updated.TrySetResult());
        Task<KernelCommandResult> running = kernel.SendAsync(new SubmitCode(code), CancellationToken.None);
        if (isStopped)
        {
            await Task.WhenAny(running, updated.Task, Task.Delay(TimeSpan.FromMinutes(2)));
            await kernel.SendAsync(new Cancel(), CancellationToken.None);
        }

        return Read(await running);
    }

    private static EngineCell Read(KernelCommandResult result)
    {
        var outputs = new List<EngineOutput>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        int updates = 0;
        foreach (DisplayEvent shown in result.Events.OfType<DisplayEvent>())
        {
            string kind = shown switch
            {
                StandardOutputValueProduced => "stdout",
                StandardErrorValueProduced => "stderr",
                ReturnValueProduced => "result",
                _ => "display",
            };
            var output = new EngineOutput(kind, shown.FormattedValues.ToDictionary(format => format.MimeType, format => format.Value));
            if (shown is DisplayedValueUpdated && shown.ValueId is { } id && places.TryGetValue(id, out int place))
            {
                outputs[place] = output;
                updates++;
                continue;
            }

            if (shown.ValueId is not null)
            {
                places[shown.ValueId] = outputs.Count;
            }

            outputs.Add(output);
        }

        string? error = result.Events.OfType<CommandFailed>().FirstOrDefault()?.Message;
        return new EngineCell(error, outputs, updates);
    }
}

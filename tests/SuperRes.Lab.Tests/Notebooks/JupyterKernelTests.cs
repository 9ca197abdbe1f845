using System.Text.Json.Nodes;
using SuperRes.Lab.Notebooks.Kernel;

namespace SuperRes.Lab.Tests.Notebooks;

public sealed class JupyterKernelTests : IDisposable
{
    private readonly KernelClient _client = new();

    public void Dispose() => _client.Dispose();

    [Fact]
    public void Execute_Result_IsPublishedAndAnswered()
    {
        (KernelMessage reply, List<KernelMessage> outputs) = _client.Execute("var x = 20;\nx * 2 + 2");
        Assert.Equal("execute_reply", reply.Type);
        Assert.Equal("ok", (string?)reply.Content["status"]);
        Assert.Equal(1, (int?)reply.Content["execution_count"]);
        Assert.Equal(["execute_input", "execute_result"], outputs.Select(m => m.Type));
        Assert.Equal("42", (string?)outputs[1].Content["data"]!["text/plain"]);
        Assert.Equal(1, (int?)outputs[1].Content["execution_count"]);
        Assert.Equal("40", (string?)_client.Execute("x * 2").Outputs[1].Content["data"]!["text/plain"]);
    }

    [Fact]
    public void Execute_StreamsDisplaysAndUpdates_AreShownInOrder()
    {
        (_, List<KernelMessage> outputs) = _client.Execute(
            "Console.Write(\"a\");\nConsole.Error.Write(\"b\");\nvar h = display(HTML(\"<b>1</b>\"));\nh.Update(HTML(\"<b>2</b>\"));");
        Assert.Equal(["execute_input", "stream", "stream", "display_data", "update_display_data"], outputs.Select(m => m.Type));
        Assert.Equal(("stdout", "a"), ((string?)outputs[1].Content["name"], (string?)outputs[1].Content["text"]));
        Assert.Equal(("stderr", "b"), ((string?)outputs[2].Content["name"], (string?)outputs[2].Content["text"]));
        Assert.Equal("<b>1</b>", (string?)outputs[3].Content["data"]!["text/html"]);
        Assert.Equal("<b>2</b>", (string?)outputs[4].Content["data"]!["text/html"]);
        string? id = (string?)outputs[3].Content["transient"]!["display_id"];
        Assert.NotNull(id);
        Assert.Equal(id, (string?)outputs[4].Content["transient"]!["display_id"]);
    }

    [Fact]
    public void Execute_Error_IsPublishedAndCellsBehindItAreAborted()
    {
        KernelMessage failing =
            _client.Send("execute_request", KernelClient.Code("await Task.Delay(300);\nthrow new Exception(\"broke\");"));
        KernelMessage behind = _client.Send("execute_request", KernelClient.Code("1"));
        KernelMessage reply = _client.ReceiveReply(failing);
        Assert.Equal("error", (string?)reply.Content["status"]);
        Assert.Equal("broke", (string?)reply.Content["evalue"]);
        KernelMessage error = _client.Outputs(failing)[^1];
        Assert.Equal("error", error.Type);
        Assert.Equal(
            ["broke", "Exception in cell [1], line 2"], error.Content["traceback"]!.AsArray().Take(2).Select(line => (string?)line));
        Assert.Equal("aborted", (string?)_client.ReceiveReply(behind).Content["status"]);
        Assert.Equal("ok", (string?)_client.Execute("1").Reply.Content["status"]);
    }

    [Fact]
    public void Interrupt_EndsTheCell()
    {
        KernelMessage running = _client.Send("execute_request",
            KernelClient.Code("Console.Write(\"go\");\nawait Task.Delay(-1, SuperRes.Lab.Interruption.Token);"));
        _client.NextOutput(running, "stream");
        Assert.Equal("ok", (string?)_client.Ask("interrupt_request", [], control: true).Content["status"]);
        KernelMessage reply = _client.ReceiveReply(running);
        Assert.Equal("error", (string?)reply.Content["status"]);
        Assert.Equal("Interrupted", (string?)reply.Content["ename"]);
        Assert.Equal("ok", (string?)_client.Execute("1").Reply.Content["status"]);
    }

    [Fact]
    public void Complete_AfterDotAndForNames_KnowsTheSession()
    {
        _client.Execute("using System.Text;\nclass Camera { public int Shutter; public void Shoot() { } public static Camera Default; "
            + "}\nvar camera = new Camera();");
        Assert.Equal(["Shoot", "Shutter"], Complete("camera.Sh", 9, 7));
        Assert.Equal(["Default"], Complete("var d = Camera.D;", 16, 15));
        Assert.Contains("camera", Complete("1 + cam", 7, 4));
        Assert.Contains("StringBuilder", Complete("new StringB", 11, 4));
        Assert.Contains("foreach", Complete("fore", 4, 0));
        Assert.Contains("Select", Complete("new[] { 1 }.Sel", 15, 12));
        Assert.Contains("WriteLine", Complete("#!import lab.csx\nConsole.WriteL", 31, 25));
        Assert.Contains("Console", Complete("\"😀\"; Consol", 11, 5)); // the face is one character to Jupyter
    }

    [Fact]
    public void Inspect_Name_GivesItsDeclarationAndDocumentation()
    {
        string? text = Inspect("SuperRes.Lab.IO.AtomicFile.WriteAllText(\"a\", \"b\");", 33);
        Assert.StartsWith("void AtomicFile.WriteAllText(string path, string content)", text, StringComparison.Ordinal);
        Assert.Contains("Writes text as UTF-8 without a byte-order mark.", text, StringComparison.Ordinal);
        Assert.Contains("  path: The file.", text, StringComparison.Ordinal);
        Assert.Null(Inspect("nothing", 3));
    }

    [Theory]
    [InlineData("SuperRes.Lab.IO.AtomicFile.WriteAllText()", 40)]
    [InlineData("SuperRes.Lab.IO.AtomicFile.WriteAllText(", 40)]
    [InlineData("SuperRes.Lab.IO.AtomicFile.WriteAllText(\"a\", ", 45)]
    [InlineData("SuperRes.Lab.IO.AtomicFile.WriteAllText(\"a\", \"b\");", 45)]
    public void Inspect_InsideParentheses_GivesWhatIsCalled(string code, int position)
    {
        string? text = Inspect(code, position);
        Assert.Contains("AtomicFile.WriteAllText(string path, string content)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void SmallRequests_AreAnswered()
    {
        JsonObject info = _client.Ask("kernel_info_request", []).Content;
        Assert.Equal("superres", (string?)info["implementation"]);
        Assert.Equal("C#", (string?)info["language_info"]!["name"]);
        Assert.Equal("incomplete",
            (string?)_client.Ask("is_complete_request", new JsonObject { ["code"] = "if (true) {" }).Content["status"]);
        Assert.Equal("invalid", (string?)_client.Ask("is_complete_request", new JsonObject { ["code"] = "int 1x = ;" }).Content["status"]);
        Assert.Equal("complete", (string?)_client.Ask("is_complete_request", new JsonObject { ["code"] = "1 + 1" }).Content["status"]);
        Assert.Equal("ok", (string?)_client.Ask("comm_info_request", []).Content["status"]);
        _client.Execute("var a = 1;");
        JsonArray history =
            _client.Ask("history_request", new JsonObject { ["hist_access_type"] = "tail", ["n"] = 5 }).Content["history"]!.AsArray();
        Assert.Equal("var a = 1;", (string?)Assert.Single(history)![2]);
        Assert.True(_client.HeartbeatAnswers());
    }

    [Fact]
    public void WrongSignature_IsIgnored()
    {
        _client.Send("execute_request", KernelClient.Code("AppContext.SetData(\"nb-forged\", 1);"), key: "other"u8.ToArray());
        Assert.Null(_client.TryReceiveReply(TimeSpan.FromSeconds(0.5)));
        _client.Execute("1");
        Assert.Null(AppContext.GetData("nb-forged"));
    }

    [Fact]
    public async Task Shutdown_IsAnsweredAndEndsTheKernel()
    {
        KernelMessage reply = _client.Ask("shutdown_request", new JsonObject { ["restart"] = false }, control: true);
        Assert.Equal("ok", (string?)reply.Content["status"]);
        await _client.Kernel.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    private IReadOnlyList<string> Complete(string code, int position, int start)
    {
        JsonObject content = _client.Ask("complete_request", new JsonObject { ["code"] = code, ["cursor_pos"] = position }).Content;
        Assert.Equal((start, position), ((int)content["cursor_start"]!, (int)content["cursor_end"]!));
        return [.. content["matches"]!.AsArray().Select(match => (string)match!)];
    }

    private string? Inspect(string code, int position)
    {
        JsonObject content =
            _client.Ask("inspect_request", new JsonObject { ["code"] = code, ["cursor_pos"] = position, ["detail_level"] = 0 }).Content;
        return (bool)content["found"]! ? (string?)content["data"]!["text/plain"] : null;
    }
}

public sealed class KernelSpecTests
{
    [Fact]
    public void Install_WritesTheDescription()
    {
        using var folder = new TempFolder();
        string installed = KernelSpec.Install(["notebooks", "kernel", "run", KernelSpec.ConnectionFilePlaceholder], folder.Path);
        Assert.Equal(folder["kernels/superres"], installed);
        JsonNode spec = JsonNode.Parse(File.ReadAllText(Path.Combine(installed, "kernel.json")))!;
        string[] argv = [.. spec["argv"]!.AsArray().Select(a => (string)a!)];
        Assert.True(File.Exists(argv[0]));
        Assert.Equal(["notebooks", "kernel", "run", "{connection_file}"], argv[^4..]);
        Assert.Equal("message", (string?)spec["interrupt_mode"]);
        Assert.Equal("C#", (string?)spec["language"]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("nothing")]
    [InlineData("{\"ip\":\"127.0.0.1\",\"shell_port\":\"x\"}")]
    public async Task ConnectionFile_Bad_IsNamed(string content)
    {
        using var folder = new TempFolder();
        string path = folder.Write("c.json", content);
        var error = await Assert.ThrowsAsync<InputException>(() => JupyterKernel.RunAsync(path, TestContext.Current.CancellationToken));
        Assert.Contains("c.json is no Jupyter connection file", error.Message, StringComparison.Ordinal);
    }
}

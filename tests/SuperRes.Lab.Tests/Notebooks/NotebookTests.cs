using System.Text.Json.Nodes;
using SuperRes.Lab.Notebooks;

namespace SuperRes.Lab.Tests.Notebooks;

public sealed class NotebookTests
{
    // As Jupyter saves it: keys sorted, one space of indent, text as lists of lines, fields of other programs among ours.
    private const string Normalised = """
        {
         "cells": [
          {
           "attachments": {},
           "cell_type": "markdown",
           "id": "a1",
           "metadata": {},
           "source": [
            "# Größe ×2 – \"quoted\" \\ tab\t\n",
            "\n",
            "text"
           ]
          },
          {
           "cell_type": "code",
           "execution_count": 3,
           "id": "b-2_x",
           "metadata": {
            "dotnet_interactive": {
             "language": "csharp"
            },
            "unknown": [
             1,
             1e-05,
             2.50,
             null,
             true
            ]
           },
           "outputs": [
            {
             "name": "stdout",
             "output_type": "stream",
             "text": [
              "one\n",
              "two"
             ]
            },
            {
             "data": {
              "application/vnd.x+json": {
               "k": [
                "v"
               ]
              },
              "image/png": "iVBORw0KGgo=\n",
              "text/html": [
               "<b>x</b>\n",
               "<i>y</i>"
              ]
             },
             "metadata": {},
             "output_type": "display_data"
            }
           ],
           "source": [
            "var x = 1;"
           ]
          },
          {
           "cell_type": "raw",
           "id": "c",
           "metadata": {},
           "source": []
          }
         ],
         "metadata": {
          "kernelspec": {
           "display_name": ".NET (C#)",
           "language": "C#",
           "name": ".net-csharp"
          },
          "x": {}
         },
         "nbformat": 4,
         "nbformat_minor": 5,
         "other": "kept"
        }

        """;

    [Fact]
    public void RoundTrip_NormalisedNotebook_IsByteIdentical()
    {
        Assert.Equal(Normalised, Notebook.Parse(Normalised, "x.ipynb").ToJson());
    }

    [Fact]
    public void Parse_NormalisedNotebook_ReadsCellsAndOutputs()
    {
        Notebook notebook = Notebook.Parse(Normalised, "x.ipynb");
        Assert.Equal([CellKind.Markdown, CellKind.Code, CellKind.Raw], notebook.Cells.Select(c => c.Kind));
        Assert.Equal("Größe ×2 – \"quoted\" \\ tab", notebook.Title);
        NotebookCell code = notebook.Cells[1];
        Assert.Equal("var x = 1;", code.Source);
        Assert.Equal("b-2_x", code.Id);
        Assert.Equal(3, code.ExecutionCount);
        Assert.Equal(new StreamOutput("stdout", "one\ntwo"), code.Outputs[0]);
        var display = Assert.IsType<DisplayOutput>(code.Outputs[1]);
        Assert.Equal("<b>x</b>\n<i>y</i>", display.Data.Text("text/html"));
        Assert.Equal("iVBORw0KGgo=\n", display.Data.Text("image/png"));
    }

    [Fact]
    public void RoundTrip_OutputsSetAgain_IsByteIdentical()
    {
        Notebook notebook = Notebook.Parse(Normalised, "x.ipynb");
        notebook.Cells[1].SetOutputs(notebook.Cells[1].Outputs, 3);
        Assert.Equal(Normalised, notebook.ToJson());
    }

    [Fact]
    public void RoundTrip_SourceAsOneString_BecomesListOfLines()
    {
        Notebook notebook = Notebook.Parse(
            """{"cells":[{"cell_type":"code","id":"a","source":"a\r\nb\n"}],"metadata":{},"nbformat":4,"nbformat_minor":5}""", "x");
        Assert.Equal("a\nb\n", notebook.Cells[0].Source);
        JsonNode cell = JsonNode.Parse(notebook.ToJson())!["cells"]![0]!;
        Assert.Equal("""["a\r\n","b\n"]""", cell["source"]!.ToJsonString());
        Assert.Equal("""{}""", cell["metadata"]!.ToJsonString());
        Assert.Equal("[]", cell["outputs"]!.ToJsonString());
        Assert.True(cell.AsObject().ContainsKey("execution_count"));
    }

    [Fact]
    public void Parse_OlderMinorVersion_GetsStableUniqueIds()
    {
        const string old = """{"cells":[{"cell_type":"code","source":"a"},{"cell_type":"code","source":"a"}],"metadata":{},"nbformat":4,"nbformat_minor":2}""";
        Notebook notebook = Notebook.Parse(old, "x");
        Assert.Equal(8, notebook.Cells[0].Id.Length);
        Assert.NotEqual(notebook.Cells[0].Id, notebook.Cells[1].Id);
        Assert.Equal(notebook.ToJson(), Notebook.Parse(old, "x").ToJson());
        Assert.Contains("\"nbformat_minor\": 5", notebook.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_RepeatedOrInvalidId_IsReplaced()
    {
        Notebook notebook = Notebook.Parse(
            """{"cells":[{"cell_type":"raw","id":"a","source":"1"},{"cell_type":"raw","id":"a","source":"2"},{"cell_type":"raw","id":"no good","source":"3"}],"metadata":{},"nbformat":4,"nbformat_minor":5}""", "x");
        Assert.Equal("a", notebook.Cells[0].Id);
        Assert.Equal(3, notebook.Cells.Select(c => c.Id).Distinct().Count());
        Assert.All(notebook.Cells, cell => Assert.Matches("^[a-z0-9]+$", cell.Id));
    }

    [Fact]
    public void Create_HoldsCSharpKernelMetadata()
    {
        Notebook notebook = Notebook.Create().Add(NotebookCell.Markdown("# T")).Add(NotebookCell.Code("1 + 1"));
        Assert.Equal(".net-csharp", notebook.Metadata["kernelspec"]!["name"]!.GetValue<string>());
        Assert.Equal("C#", notebook.Metadata["language_info"]!["name"]!.GetValue<string>());
        Assert.Equal("csharp", notebook.Metadata["polyglot_notebook"]!["kernelInfo"]!["defaultKernelName"]!.GetValue<string>());
        Assert.Equal(notebook.ToJson(), Notebook.Parse(notebook.ToJson(), "x").ToJson());
        Assert.Equal(notebook.ToJson(), notebook.Clone().ToJson());
    }

    [Theory]
    [InlineData("", "broken at line 1, column 1")]
    [InlineData("{\n \"cells\": [,]}", "broken at line 2, column 12")]
    [InlineData("[]", "no object at the top")]
    [InlineData("{\"nbformat\":3,\"worksheets\":[]}", "nbformat 3")]
    [InlineData("{\"nbformat\":5,\"cells\":[]}", "nbformat 5")]
    [InlineData("{\"nbformat\":\"4\",\"cells\":[]}", "nbformat \"4\"")]
    [InlineData("{}", "nbformat none")]
    [InlineData("{\"nbformat\":4}", "no list \"cells\"")]
    [InlineData("{\"nbformat\":4,\"cells\":[{\"cell_type\":\"code\",\"source\":\"\"},7]}", "entry 2 of \"cells\"")]
    [InlineData("{\"nbformat\":4,\"cells\":[{\"cell_type\":\"graph\",\"source\":\"\"}]}", "entry 1 of \"cells\"")]
    [InlineData("{\"nbformat\":4,\"cells\":[{\"cell_type\":\"code\",\"source\":[1]}]}", "source of cell 1")]
    [InlineData("{\"nbformat\":4,\"nbformat\":4,\"cells\":[]}", "broken")]
    [InlineData("{\"nbformat\":4,\"cells\":[{\"cell_type\":\"code\",\"source\":\"\\ud83d\"}]}", "broken")]
    public void Parse_NoNotebook_NamesFileAndReason(string json, string reason)
    {
        var error = Assert.Throws<InputException>(() => Notebook.Parse(json, "deep/bad.ipynb"));
        Assert.StartsWith("deep/bad.ipynb", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MissingFile_NamesIt()
    {
        var error = Assert.Throws<InputException>(() => Notebook.Read("/nowhere/x.ipynb"));
        Assert.Contains("/nowhere/x.ipynb does not exist", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SetOutputs_EveryKind_IsStoredAsTheFormatAsks()
    {
        NotebookCell cell = NotebookCell.Code("x");
        cell.SetOutputs(
            [
                new StreamOutput("stderr", "a\nb\n"),
                new DisplayOutput(MimeBundle.Of(("text/plain", "1\n2"), ("image/png", "AAAA")), IsResult: true, DisplayId: "d"),
                new ErrorOutput("E", "m", ["m", "at x"]),
            ],
            7);
        string json = Notebook.Create().Add(cell).ToJson();
        JsonNode stored = JsonNode.Parse(json)!["cells"]![0]!;
        Assert.Equal(7, stored["execution_count"]!.GetValue<int>());
        Assert.Equal("""{"name":"stderr","output_type":"stream","text":["a\n","b\n"]}""", Sorted(stored["outputs"]![0]!));
        Assert.Equal(
            """{"data":{"image/png":"AAAA","text/plain":["1\n","2"]},"execution_count":7,"metadata":{},"output_type":"execute_result"}""",
            Sorted(stored["outputs"]![1]!));
        Assert.Equal("""{"ename":"E","evalue":"m","output_type":"error","traceback":["m","at x"]}""", Sorted(stored["outputs"]![2]!));
    }

    private static string Sorted(JsonNode node) => node.ToJsonString(); // the writer sorts already
}

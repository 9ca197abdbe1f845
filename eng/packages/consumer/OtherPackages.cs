using SuperRes.Lab.Cluster;
using SuperRes.Lab.Course;
using SuperRes.Lab.Datasets;
using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Models;
using SuperRes.Lab.Notebooks;
using SuperRes.Lab.Notebooks.Running;
using SuperRes.Lab.Onnx;
using SuperRes.Lab.Show;

/// <summary>A call of each of the other packages.</summary>
internal static class OtherPackages
{
    public static async Task TryAsync(string photos)
    {
        Console.WriteLine($"Datasets: {DatasetCatalog.All.Count} sets");
        Console.WriteLine($"Cluster: {(RankedProcess.Join() is { } ranks ? ranks.Size : 1)} process");
        using var network = new LiteUnet(new LiteUnetOptions { Width = 0.125, Blocks = [1, 1, 1] });
        RestorationModel.Save("lite.safetensors", network, new ModelCard { Scale = 2 });
        using RestorationModel model = RestorationModel.Load("lite.safetensors");
        OnnxExport.Write(model, "lite.onnx");
        Console.WriteLine($"Onnx: alike {OnnxExport.Difference(model, "lite.onnx") < 1e-4}");
        var options = new EvaluationOptions { HighResolution = photos, Only = name => name == "chelsea" };
        EvaluationReport report = new Evaluator(options).Run([EvaluatedModel.Of(model)]);
        Console.WriteLine($"Course: {report.ToText().Split('\n').First(line => line.Contains("bicubic"))}");
        Console.WriteLine($"Show: a chart of {new Chart("PSNR").Line("lite", [1, 2, 3]).ToPng()!.Length} bytes");
        Notebook.Create().Add(NotebookCell.Code("6 * 7")).Write("answer.ipynb");
        NotebookRunReport run = await NotebookRunner.RunAsync(["answer.ipynb"]);
        Console.WriteLine($"Notebooks: {run.Notebooks[0].Status}, {run.Notebooks[0].Executed.ToJson().Contains("42")}");
    }
}

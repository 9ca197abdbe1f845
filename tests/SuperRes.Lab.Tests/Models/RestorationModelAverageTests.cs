using SuperRes.Lab.Models;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Models;

/// <summary>Several models' weights as one model's.</summary>
public sealed class RestorationModelAverageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, 3)]
    [InlineData("0.5 0.25 0.25", 2.5)]
    [InlineData("-0.5 0 1.5", 7)]
    public void Average_OfThree_IsTheirMeanOrTheMixAskedFor(string? factors, double expected)
    {
        using RestorationModel mean = RestorationModel.Average([Model("a", 1), Model("b", 3), Model("c", 5)], Numbers(factors));
        Assert.All(mean.Network.parameters(), p => Assert.Equal(expected, p.mean().item<float>(), 1e-5));
        Assert.Null(mean.Card.Metrics);
    }

    [Theory]
    [InlineData("0.5 0.5", "3 models are given and 2 factors")]
    [InlineData("0.5 0.5 0.5", "The factors' sum is 1.5; it must be 1.")]
    public void Average_WrongFactors_SaysWhatIsWrong(string factors, string expected)
    {
        string[] models = [Model("a", 1), Model("b", 3), Model("c", 5)];
        InputException error = Assert.Throws<InputException>(() => RestorationModel.Average(models, Numbers(factors)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static double[]? Numbers(string? text)
        => text?.Split(' ').Select(number => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture)).ToArray();

    private string Model(string name, double value)
    {
        var options = new LiteUnetOptions { Blocks = [1, 1, 1] };
        var network = RestorationNetwork.Create(options);
        using (no_grad())
        {
            foreach (TorchSharp.Modules.Parameter parameter in network.parameters())
            {
                parameter.fill_(value);
            }
        }

        using var model = new RestorationModel(network, new ModelCard { Model = options }, name);
        string path = _folder[name + ".safetensors"];
        model.Save(path);
        return path;
    }
}

using SuperRes.Lab.Cli.Diagnosis;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using TorchSharp;

namespace SuperRes.Lab.Tests.Cli;

public sealed class ImageClassifierTests
{
    [Fact]
    public void Classify_WeightsNotInTheCache_SaysWhereTheyGo()
    {
        InputException error = Assert.Throws<InputException>(() => ImageClassifier.Classify("resnet99", new RgbImage(300, 300)));
        Assert.Contains("resnet34", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Classify_HeadThatPrefersOneClass_NamesItFirstWithFallingProbabilities()
    {
        using var network = new ResNet("resnet18");
        network.eval();
        using (torch.no_grad())
        {
            StateDict.Entries(network).Single(entry => entry.Name == "fc.weight").Value.zero_();
            torch.Tensor bias = StateDict.Entries(network).Single(entry => entry.Name == "fc.bias").Value;
            bias.zero_();
            bias[285] = 3;
            bias[7] = 2;
        }

        IReadOnlyList<ClassGuess> guesses = ImageClassifier.Classify(network, new RgbImage(320, 240), 3);

        Assert.Equal([285, 7], guesses.Take(2).Select(guess => guess.Index));
        double sum = Math.Exp(3) + Math.Exp(2) + 998;
        Assert.Equal(Math.Exp(3) / sum, guesses[0].Probability, 1e-6);
        Assert.Equal(Math.Exp(2) / sum, guesses[1].Probability, 1e-6);
    }
}

using SuperRes.Lab.Experiments;
using SuperRes.Lab.Models;
using SuperRes.Lab.Weights;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Experiments;

public sealed class ModelStartTests : IDisposable
{
    private static readonly LiteUnetOptions _lite = new() { Blocks = [1, 1, 1], Norm = NormType.None, Width = 0.25 };
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_ModelFile_TakesAllWeightsAndSaysSo()
    {
        using RestorationNetwork trained = RestorationNetwork.Create(_lite), network = RestorationNetwork.Create(_lite);
        var said = new List<string>();
        ModelStart.Load(Of(_lite) with { Start = Save(trained, new ModelCard()) }, network, said.Add);

        AssertSame(trained, network);
        Assert.Contains("a model of the same task, scale and network", Assert.Single(said), StringComparison.Ordinal);
        Assert.Contains("none is new", said[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Load_PlainTensors_AreTakenWhereTheyFit()
    {
        using RestorationNetwork trained = RestorationNetwork.Create(_lite), network = RestorationNetwork.Create(_lite);
        string file = Path.Combine(_folder.Path, "plain.safetensors");
        SafeTensors.Write(file, StateDict.Entries(trained));
        ModelStart.Load(Of(_lite) with { Start = file }, network, _ => { });
        AssertSame(trained, network);

        using RestorationNetwork wider = RestorationNetwork.Create(_lite with { Width = 0.5 });
        Assert.Contains("of another shape",
            Assert.Throws<InputException>(() => ModelStart.Load(Of(_lite) with { Start = file }, wider, _ => { })).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("restoration", 2, 0.25, "its task is restoration instead of super-resolution")]
    [InlineData("super-resolution", 4, 0.25, "its scale is 4 instead of 2")]
    [InlineData("super-resolution", 2, 0.5, "its model.width is 0.5 instead of 0.25")]
    public void Load_OfAnotherKind_IsRefusedWithWhatDiffers(string task, int scale, double width, string expected)
    {
        using RestorationNetwork trained = RestorationNetwork.Create(_lite with { Width = width }),
            network = RestorationNetwork.Create(_lite);
        string file = Save(trained, new ModelCard { Task = task, Scale = scale });
        Assert.Contains(expected, Assert.Throws<InputException>(
            () => ModelStart.Load(Of(_lite) with { Start = file }, network, _ => { })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfTheScaleThatIsAllowed_IsTaken()
    {
        using RestorationNetwork trained = RestorationNetwork.Create(_lite), network = RestorationNetwork.Create(_lite);
        string file = Save(trained, new ModelCard { Scale = 4 });
        ModelStart.Load(Of(_lite) with { Start = file, StartScale = 4 }, network, _ => { });
        AssertSame(trained, network);
    }

    [Fact]
    public void Load_NoSuchFile_IsOneSentence()
    {
        using RestorationNetwork network = RestorationNetwork.Create(_lite);
        string message =
            Assert.Throws<InputException>(() => ModelStart.Load(Of(_lite) with { Start = "no-such-model" }, network, _ => { })).Message;
        Assert.Contains("$.start is no-such-model", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private static Experiment Of(NetworkOptions options) =>
        new() { Name = "test", Model = options, Stages = [new Stage { Name = "a", Size = 32, LearningRate = new(1e-3) }] };

    private static void AssertSame(RestorationNetwork expected, RestorationNetwork actual)
    {
        foreach (((string name, Tensor value), (_, Tensor other)) in StateDict.Entries(expected).Zip(StateDict.Entries(actual)))
        {
            Assert.True(value.equal(other).all().item<bool>(), name);
        }
    }

    private string Save(RestorationNetwork network, ModelCard card)
    {
        string file = Path.Combine(_folder.Path, "start.safetensors");
        RestorationModel.Save(file, network, card);
        return file;
    }
}

using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// A residual network (He et al. 2016) with torchvision's layout and names, so that its weights load as they are, and with its ImageNet
/// classifier. <see cref="Body"/> is the same network without the classifier, numbered as fastai numbers it, for use as an encoder.
/// </summary>
public sealed class ResNet : nn.Module<Tensor, Tensor>
{
    private static readonly Dictionary<string, int[]> BlocksByBody = new(StringComparer.Ordinal)
    {
        ["resnet18"] = [2, 2, 2, 2],
        ["resnet34"] = [3, 4, 6, 3],
        ["resnet50"] = [3, 4, 6, 3],
    };

    private readonly Linear? _classifier;
    private readonly List<IReadOnlyList<ResidualBlock>> _stages = [];

    /// <summary>Creates a network with torchvision's random start (Kaiming-normal over the fan-out).</summary>
    /// <param name="body">resnet18, resnet34 or resnet50.</param>
    /// <param name="classes">Classes of the head; 0 for no head.</param>
    /// <param name="stem">How the network begins.</param>
    /// <param name="width">Factor on the channel counts.</param>
    /// <param name="blocks">Blocks per stage; null for the body's own.</param>
    /// <param name="stages">How many of the four stages there are, the first ones.</param>
    /// <exception cref="InputException">The body is unknown.</exception>
    public ResNet(string body, int classes = 1000, StemType stem = StemType.Classic, double width = 1, IReadOnlyList<int>? blocks = null,
        int stages = 4)
        : base(body)
    {
        blocks ??= BlocksOf(body);
        bool bottleneck = body == "resnet50";
        int base64 = Scaled(64, width);
        nn.Module<Tensor, Tensor> conv1 = Stems.Create(stem, base64);
        BatchNorm2d bn1 = nn.BatchNorm2d(base64);
        (Stem, StemNorm) = (conv1 as Convolution, bn1);
        register_module("conv1", conv1);
        register_module("bn1", bn1);
        var body0 = new List<nn.Module<Tensor, Tensor>> { conv1, bn1, nn.ReLU(inplace: true), nn.MaxPool2d(3, 2, 1) };
        int channels = base64;
        var widths = new List<int> { base64 };
        for (int stage = 0; stage < stages; stage++)
        {
            int inner = Scaled(64 << stage, width);
            ResidualBlock[] residual = Stage(channels, inner, blocks[stage], stage == 0 ? 1 : 2, bottleneck);
            Sequential layer = nn.Sequential(residual.Select((block, i) => ($"{i}", (nn.Module<Tensor, Tensor>)block)));
            _stages.Add(residual);
            register_module($"layer{stage + 1}", layer);
            body0.Add(layer);
            channels = bottleneck ? inner * 4 : inner;
            widths.Add(channels);
        }

        if (classes > 0)
        {
            _classifier = nn.Linear(channels, classes);
            register_module("fc", _classifier);
        }

        Body = new EncoderBody(body0, widths);
    }

    /// <summary>The bodies that exist.</summary>
    public static IReadOnlyCollection<string> Bodies => BlocksByBody.Keys;

    /// <summary>The convolutional part as an encoder; it shares the weights.</summary>
    public EncoderBody Body { get; }

    /// <summary>The first convolution; null where the stem is another than the classic one.</summary>
    internal Convolution? Stem { get; }

    /// <summary>The batch norm behind the stem.</summary>
    internal BatchNorm2d StemNorm { get; }

    /// <summary>The residual blocks of each stage.</summary>
    internal IReadOnlyList<IReadOnlyList<ResidualBlock>> Stages => _stages;

    /// <summary>Blocks per stage of a body.</summary>
    /// <param name="body">resnet18, resnet34 or resnet50.</param>
    /// <returns>Four counts.</returns>
    /// <exception cref="InputException">The body is unknown.</exception>
    public static IReadOnlyList<int> BlocksOf(string body) => BlocksByBody.TryGetValue(body, out int[]? blocks)
        ? blocks
        : throw new InputException($"There is no body \"{body}\"; use one of {string.Join(", ", Bodies)}.");

    /// <summary>Classifies.</summary>
    /// <param name="input">N×3×H×W, ImageNet-normalised.</param>
    /// <returns>N × classes logits, or N × channels pooled features where there is no head.</returns>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor pooled = Body.call(input).mean([2, 3]);
        return (_classifier is null ? pooled : _classifier.call(pooled)).MoveToOuterDisposeScope();
    }

    /// <summary>Blocks per stage of a network whose tensors have given names: ML.NET's ResNet-18 has one more in its last stage than
    /// torchvision's.</summary>
    internal static int[] BlocksIn(IEnumerable<string> names) =>
        [.. Enumerable.Range(1, 4).Select(
            stage =>
            names.Count(
            name => name.StartsWith($"layer{stage}.", StringComparison.Ordinal)
            && name.EndsWith(".conv1.weight", StringComparison.Ordinal)))];

    internal static int Scaled(int channels, double width) => Math.Max(8, (int)Math.Round(channels * width / 8) * 8);

    private static ResidualBlock[] Stage(int inChannels, int inner, int count, int stride, bool bottleneck)
    {
        var blocks = new ResidualBlock[count];
        for (int i = 0; i < count; i++)
        {
            blocks[i] = new ResidualBlock(inChannels, inner, i == 0 ? stride : 1, bottleneck);
            inChannels = bottleneck ? inner * 4 : inner;
        }

        return blocks;
    }

    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
        // Everything is registered above, under its name in the state dict, not under its field's.
    }
}

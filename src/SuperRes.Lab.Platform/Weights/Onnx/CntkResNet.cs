using static TorchSharp.torch;

namespace SuperRes.Lab.Weights;

/// <summary>
/// Takes the weights out of a residual network that Microsoft's CNTK trained on ImageNet and wrote as ONNX, such as the ResNet-18 of
/// ML.NET's image
/// featurizer (NuGet package Microsoft.ML.DnnImageFeaturizer.ResNet18, MIT), and gives them torchvision's names and input. It has no
/// classifier.
/// </summary>
/// <remarks>
/// Its input is B, G, R from 0 to 255 less ImageNet's mean; the first convolution and the mean of the batch norm behind it are changed so
/// that R, G, B in
/// ImageNet's normalisation give the same features.
/// </remarks>
internal static class CntkResNet
{
    // The mean of the package's mean image; torchvision's mean and standard deviation in 0–1.
    private static readonly double[] _theirMean = [123.15163, 115.902885, 103.06262], _mean = [0.485, 0.456, 0.406],
        _std = [0.229, 0.224, 0.225];

    /// <summary>Reads the weights.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <returns>New tensors by torchvision's names; the caller disposes them.</returns>
    /// <exception cref="InputException">The file can't be read, or is no such network.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path)
    {
        using OnnxGraph graph = OnnxGraph.Read(path);
        InputException Foreign(string why) =>
            new($"{path} is an ONNX file, but {why}; of ONNX files, residual networks that CNTK wrote can be read.");
        if (graph.Producer != "CNTK")
        {
            throw Foreign($"\"{graph.Producer}\" wrote it");
        }

        var state = new OrderedDictionary<string, Tensor>(StringComparer.Ordinal);
        try
        {
            var names = new NameWalk();
            string? norm = null;
            foreach (OnnxNode node in graph.Nodes)
            {
                Tensor Weight(int input) => node.Inputs.Count > input && graph.Weights.TryGetValue(node.Inputs[input], out Tensor? weight)
                    ? weight.clone()
                    : throw Foreign($"its {node.Operation} has no weights");
                if (node.Operation == "Conv")
                {
                    Tensor weight = Weight(1);
                    (string convolution, norm) = weight.dim() == 4 ? names.Next(weight.shape[2], weight.shape[0] != weight.shape[1])
                        : throw Foreign("it has convolutions that are not of pictures");
                    state.Add($"{convolution}.weight", weight);
                }
                else if (node.Operation == "BatchNormalization" && norm is not null)
                {
                    state.Add($"{norm}.weight", Weight(1));
                    state.Add($"{norm}.bias", Weight(2));
                    state.Add($"{norm}.running_mean", Weight(3));
                    state.Add($"{norm}.running_var", Weight(4));
                    state.Add($"{norm}.num_batches_tracked", zeros([], dtype: ScalarType.Int64));
                }
            }

            if (!state.TryGetValue("bn1.running_mean", out Tensor? mean) || state["conv1.weight"].shape[1] != 3)
            {
                throw Foreign("it does not begin as a residual network");
            }

            NormalizeInput(state["conv1.weight"], mean);
            return state;
        }
        catch
        {
            foreach (Tensor tensor in state.Values)
            {
                tensor.Dispose();
            }

            throw;
        }
    }

    private static void NormalizeInput(Tensor weight, Tensor runningMean)
    {
        using IDisposable off = no_grad();
        using var scope = NewDisposeScope();
        Tensor rgb = weight.flip(1);
        Tensor offset = tensor(_mean.Zip(_theirMean, (mean, theirs) => (float)((255 * mean) - theirs)).ToArray()).view(1, 3, 1, 1);
        Tensor scale = tensor(_std.Select(std => (float)(255 * std)).ToArray()).view(1, 3, 1, 1);
        runningMean.sub_((rgb * offset).sum([1, 2, 3]));
        weight.copy_(rgb * scale);
    }

    /// <summary>Names convolutions in the order in which CNTK writes them: a block's shortcut, a 1×1 convolution, comes before its other
    /// two.</summary>
    private sealed class NameWalk
    {
        private int _stage, _block = -1, _inBlock = 2;

        public (string Convolution, string Norm) Next(long kernel, bool isWider)
        {
            if (kernel == 7)
            {
                _stage = 1;
                return ("conv1", "bn1");
            }

            if (_inBlock == 2)
            {
                // A stage begins where the channels grow; the first one has as many as the stem.
                (_stage, _block) = isWider ? (_stage + 1, 0) : (_stage, _block + 1);
                _inBlock = 0;
            }

            string block = $"layer{_stage}.{_block}";
            if (kernel == 1)
            {
                return ($"{block}.downsample.0", $"{block}.downsample.1");
            }

            _inBlock++;
            return ($"{block}.conv{_inBlock}", $"{block}.bn{_inBlock}");
        }
    }
}

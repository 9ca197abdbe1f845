using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using SuperRes.Lab.Show;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Course;

/// <summary>What a network can show of itself.</summary>
public static class ModelViews
{
    /// <summary>What becomes of a picture on its way through a U-Net: every part with the shape that leaves it and its
    /// parameters.</summary>
    /// <param name="unet">The network.</param>
    /// <param name="side">Side of the picture in pixels, 32 or more.</param>
    /// <returns>A row a part, in the order in which they run.</returns>
    public static Table ShapeTable(this DynamicUnet unet, int side = 128)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 32);
        var rows = new List<(string Place, string Part, string Shape, long Parameters)>();
        var hooks = new List<IDisposable>();
        bool training = unet.training;
        try
        {
            foreach ((string place, nn.Module module) in Parts(unet))
            {
                hooks.Add(Watch(module, output => rows.Add((place, Describe(place, module), Shape(output), Count(module)))));
            }

            using DisposeScope scope = NewDisposeScope();
            using IDisposable off = no_grad();
            unet.eval();
            // A batch of two: for tiny batches of one, torch tries a library that most processors lack, and complains.
            unet.call(zeros([2, 3, side, side], device: unet.parameters().First().device));
        }
        finally
        {
            hooks.ForEach(hook => hook.Dispose());
            unet.train(training);
        }

        double all = Count(unet);
        Table table = Table.Of(
            rows,
            ("layer", row => row.Place),
            ("part", row => row.Part),
            ("output (channels × height × width)", row => row.Shape),
            ("parameters", row => row.Parameters),
            ("share (%)", row => 100 * row.Parameters / all));
        return table.WithFormat("share (%)", "0.0").WithFormat("parameters", "#,##0");
    }

    /// <summary>The layer groups, and what freezing leaves to train in each as the network stands now.</summary>
    /// <param name="network">The network.</param>
    /// <returns>A row a group.</returns>
    public static Table GroupTable(this DynamicUnet network) => Table.Of(
        network.Groups.Zip(["encoder, first half", "encoder, second half", "decoder"]),
        ("group", row => row.Second),
        ("parameters", row => row.First.Parameters.Sum(parameter => parameter.Value.numel())),
        ("of them trained",
            row => row.First.Parameters.Where(parameter => parameter.Value.requires_grad).Sum(parameter => parameter.Value.numel())))
        .WithFormat("parameters", "#,##0").WithFormat("of them trained", "#,##0");

    /// <summary>What the cross connections carry from the encoder to the decoder: the channels that vary most over a picture, as heat
    /// maps.</summary>
    /// <param name="unet">The network.</param>
    /// <param name="photo">The picture, 32 pixels or more on each side.</param>
    /// <param name="channels">Heat maps per connection.</param>
    /// <returns>A row a connection, the largest first, and one for the middle.</returns>
    public static PictureGrid ShowCrossConnections(this DynamicUnet unet, RgbImage photo, int channels = 4)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        bool training = unet.training;
        unet.eval();
        var carried = new List<Tensor>();
        carried.Add(
            unet.Encoder.Forward(ImageNet.Normalize(photo.ToTensor()).expand(2, -1, -1, -1).to(unet.parameters().First().device), carried));
        unet.train(training);
        IEnumerable<PictureRow> rows = carried.Select((features, i) => new PictureRow(
            $"{(i < carried.Count - 1 ? $"connection {i + 1}" : "middle")}: {features.shape[1]} of {features.shape[3]}×{features.shape[2]}",
            [photo, .. FeatureMaps.Strongest(features, channels)]));
        return new PictureGrid(["photo", .. Enumerable.Range(1, channels).Select(i => $"map {i}")], [.. rows]);
    }

    private static IEnumerable<(string Place, nn.Module Module)> Parts(DynamicUnet unet)
    {
        foreach ((string name, nn.Module child) in unet.Encoder.named_children())
        {
            if (child is not TorchSharp.Modules.ReLU)
            {
                yield return ("0." + name, child);
            }
        }

        for (int i = 1; i < unet.Layers.Count; i++)
        {
            if (unet.Layers[i] is not (TorchSharp.Modules.ReLU or TorchSharp.Modules.Identity))
            {
                yield return ($"{i}", unet.Layers[i]);
            }
        }
    }

    private static string Describe(string place, nn.Module module) => (place, module) switch
    {
        ("0.0", _) => "encoder: stem convolution",
        (_, TorchSharp.Modules.BatchNorm2d) => "batch norm",
        (_, TorchSharp.Modules.MaxPool2d) => "encoder: max pool",
        (_, UnetBlock) => "decoder: pixel shuffle, cross connection, two convolutions",
        (_, PixelShuffleIcnr) => "decoder: pixel shuffle to full size",
        (_, ResBlock) => "input joined, residual block",
        ("3", _) => "middle: two convolutions",
        _ when place.StartsWith("0.", StringComparison.Ordinal) => "encoder: residual blocks",
        _ => "1×1 convolution to R, G, B",
    };

    private static IDisposable Watch(nn.Module module, Action<Tensor> seen)
    {
        switch (module)
        {
            case nn.Module<Tensor, Tensor> one:
                return new Hook(one.register_forward_hook((_, _, output) =>
                {
                    seen(output);
                    return output;
                }).remove);
            case nn.Module<Tensor, Tensor, Tensor> two:
                return new Hook(two.register_forward_hook((_, _, _, output) =>
                {
                    seen(output);
                    return output;
                }).remove);
            default:
                return new Hook(() => { });
        }
    }

    private static string Shape(Tensor output) => string.Join(" × ", output.shape[1..]);

    private static long Count(nn.Module module) => module.parameters().Sum(parameter => parameter.numel());

    private sealed class Hook(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}

using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks.Plain;

/// <summary>A convolution with weight norm, which TorchSharp lacks, from its operations.</summary>
internal sealed class PlainConv : nn.Module<Tensor, Tensor>
{
    private readonly int _padding;

    public PlainConv(int inChannels, int outChannels, int kernel)
        : base(nameof(PlainConv))
    {
        _padding = kernel / 2;
        Tensor weight = nn.init.kaiming_normal_(empty(outChannels, inChannels, kernel, kernel));
        register_parameter("bias", new Parameter(zeros(outChannels)));
        register_parameter("weight_g", new Parameter(Norm(weight).detach()));
        register_parameter("weight_v", new Parameter(weight));
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor direction = get_parameter("weight_v")!;
        Tensor weight = direction * (get_parameter("weight_g")! / Norm(direction));
        return nn.functional.conv2d(input, weight, get_parameter("bias"), padding: [_padding, _padding]).MoveToOuterDisposeScope();
    }

    protected override void RegisterComponents()
    {
        // Registered above.
    }

    private static Tensor Norm(Tensor weight) => weight.flatten(1).norm(1, keepdim: false, p: 2).view(-1, 1, 1, 1);
}

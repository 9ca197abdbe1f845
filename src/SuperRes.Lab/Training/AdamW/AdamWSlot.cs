using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Training;

/// <summary>A parameter with the optimizer's memory of it.</summary>
internal sealed class AdamWSlot(GroupParameter parameter, int group) : IDisposable
{
    public GroupParameter Parameter { get; } = parameter;

    public int Group { get; } = group;

    public Tensor? First { get; private set; }

    public Tensor? Second { get; private set; }

    public long Steps { get; set; }

    public bool IsPlain =>
        Parameter.Value.device.type == DeviceType.CPU && Parameter.Value.dtype == ScalarType.Float32 && Parameter.Value.is_contiguous();

    public void Prepare()
    {
        First ??= zeros_like(Parameter.Value).DetachFromDisposeScope();
        Second ??= zeros_like(Parameter.Value).DetachFromDisposeScope();
    }

    /// <summary>Lets the moments be parts of longer vectors.</summary>
    public void Join(Tensor first, Tensor second)
    {
        Dispose();
        (First, Second) = (first.DetachFromDisposeScope(), second.DetachFromDisposeScope());
    }

    public void Dispose()
    {
        First?.Dispose();
        Second?.Dispose();
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Training;

/// <summary>The moments of several parameters one behind the other; each slot's own are parts of them.</summary>
internal sealed class AdamWJoinedMoments : IDisposable
{
    public AdamWJoinedMoments(AdamWSlot[] slots)
    {
        using DisposeScope scope = NewDisposeScope();
        Slots = slots;
        First = cat([.. slots.Select(slot => slot.First!.flatten())]).DetachFromDisposeScope();
        Second = cat([.. slots.Select(slot => slot.Second!.flatten())]).DetachFromDisposeScope();
        foreach ((AdamWSlot slot, (Tensor first, Tensor second)) in slots.Zip(Split(First).Zip(Split(Second))))
        {
            slot.Join(first, second);
        }
    }

    public AdamWSlot[] Slots { get; }

    public Tensor First { get; }

    public Tensor Second { get; }

    /// <summary>Each parameter's part of a vector, in the parameter's shape.</summary>
    public IEnumerable<Tensor> Split(Tensor joined) =>
        joined.split([.. Slots.Select(slot => slot.Parameter.Value.numel())])
            .Zip(Slots, (part, slot) => part.view(slot.Parameter.Value.shape));

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
    }
}

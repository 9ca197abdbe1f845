using System.Text.Json;
using SuperRes.Lab.Distributed;
using static TorchSharp.torch;

namespace SuperRes.Lab.Experiments;

/// <summary>Gives all ranks the training state that rank 0 has read: no other rank touches the run folder.</summary>
internal static class StateBroadcast
{
    /// <summary>Shares a state.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="state">What rank 0 has read; null on the others, and where there is none.</param>
    /// <returns>The state; null where rank 0 has none.</returns>
    public static LoadedState? Share(IRanks ranks, LoadedState? state)
    {
        if (ranks.Size == 1)
        {
            return state;
        }

        Entry[]? own = state?.Tensors.Select(entry => new Entry(entry.Key, entry.Value.dtype, entry.Value.shape)).ToArray();
        string? header = ranks.Broadcast(
            own is null ? null : JsonSerializer.Serialize(new Header(state!.State, own), CheckpointFolder.Json));
        if (header is null)
        {
            return null;
        }

        Header shared = JsonSerializer.Deserialize<Header>(header, CheckpointFolder.Json)!;
        Dictionary<string, Tensor> tensors = state?.Tensors.ToDictionary(StringComparer.Ordinal)
            ?? shared.Tensors.ToDictionary(
                entry => entry.Name, entry => empty(entry.Shape, entry.Type).DetachFromDisposeScope(), StringComparer.Ordinal);
        foreach (Entry entry in shared.Tensors)
        {
            ranks.Broadcast(tensors[entry.Name]);
        }

        return state ?? new LoadedState(shared.State, tensors);
    }

    private sealed record Header(TrainingState State, IReadOnlyList<Entry> Tensors);

    private sealed record Entry(string Name, ScalarType Type, long[] Shape);
}

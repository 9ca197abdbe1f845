using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Photos;

/// <summary>How a <see cref="BatchLoader"/> makes batches.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record BatchLoaderOptions
{
    /// <summary>Pairs per batch; default 16.</summary>
    [Range(1, 4096)]
    public int BatchSize { get; init; } = 16;

    /// <summary>Side of input and target in pixels; default 64.</summary>
    [Range(8, 4096)]
    public int CropSize { get; init; } = 64;

    /// <summary>Worker threads; the batches are the same for any number; default 1.</summary>
    [Range(1, 256)]
    public int Workers { get; init; } = 1;

    /// <summary>Batches made ahead of the one in use; default 4.</summary>
    [Range(1, 1024)]
    public int Prefetch { get; init; } = 4;

    /// <summary>The experiment's seed; default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Whether each epoch has an order of its own; default true.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Whether a last batch that isn't full is left out; default true.</summary>
    public bool DropLast { get; init; } = true;

    /// <summary>Crops taken from each photo in an epoch; default 1.</summary>
    [Range(1, 100000)]
    public int SamplesPerImage { get; init; } = 1;

    /// <summary>
    /// Which rank of a training on several this loader serves: it makes the rank's <see cref="BatchShare"/> of each batch; default 0.
    /// </summary>
    [Range(0, 100000)]
    public int Rank { get; init; }

    /// <summary>How many ranks divide the batches; default 1.</summary>
    [Range(1, 100000)]
    public int Ranks { get; init; } = 1;

    /// <summary>Whether batches lie in page-locked memory, from which a GPU copies faster; default false.</summary>
    public bool PinMemory { get; init; }

    /// <summary>The loader's part of a batch.</summary>
    internal BatchShare ShareOf(int batch) => BatchShare.For(batch, Rank, Ranks);
}

/// <summary>Which batch comes next: enough, with seed and options, to continue a training where it stopped.</summary>
/// <param name="Epoch">Epoch, from 0.</param>
/// <param name="Batch">Batch within the epoch, from 0.</param>
public readonly record struct LoaderPosition(int Epoch, int Batch);

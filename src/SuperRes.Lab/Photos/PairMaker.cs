using System.Collections.Concurrent;
using SuperRes.Lab.Degradations;

namespace SuperRes.Lab.Photos;

/// <summary>Decides which pairs an epoch is made of and makes them; everything follows from seed, epoch and photo.</summary>
internal sealed class PairMaker
{
    private readonly PhotoSource _source;
    private readonly DegradationPipeline _pipeline;
    private readonly BatchLoaderOptions _options;
    private readonly bool _validation;
    private readonly ConcurrentDictionary<int, bool> _broken = new();
    private readonly PhotoReader<Job> _read;
    private (int Epoch, int[] Order)? _order;

    public PairMaker(PhotoSource source, DegradationOptions degradations, BatchLoaderOptions options, bool validation)
    {
        (_source, _options, _validation) = (source, options, validation);
        _pipeline = new DegradationPipeline(degradations);
        _read = (photo, job) => Write(photo, job);
        RequireSize(source, options.CropSize);
    }

    /// <summary>The pairs of a batch; called under the loader's lock.</summary>
    public PairItem[] Items(LoaderPosition position)
    {
        int[] order = Order(position.Epoch);
        int first = position.Batch * _options.BatchSize;
        BatchShare share = _options.ShareOf(Math.Min(_options.BatchSize, order.Length - first));
        first += share.Start;
        var items = new PairItem[share.Length];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = new PairItem(order[first + i] % _source.Count, order[first + i] / _source.Count);
        }

        return items;
    }

    /// <summary>Makes one pair of a batch, from another photo where this one turns out to be broken.</summary>
    public void Make(PendingBatch batch, int slot, DegradationWorkspace workspace)
    {
        if (batch.Position.Batch == 0 && slot == 0)
        {
            _source.CheckUnchanged();
        }

        PairItem item = batch.Items[slot];
        for (int index = item.Index; ; index = (index + 1) % _source.Count)
        {
            if (_broken.ContainsKey(index))
            {
                continue;
            }

            try
            {
                _source.View(index, new Job(batch, slot, index, item.Sample, workspace), _read);
                batch.Indices[slot] = index;
                return;
            }
            catch (InputException e) when (!_source.HasChanged(index))
            {
                SetAside(index, e);
            }
            catch (Exception e) when (e is not InputException)
            {
                throw new InvalidOperationException($"No pair could be made from {_source.NameOf(index)}: {e.Message}", e);
            }
        }
    }

    private static void RequireSize(PhotoSource source, int size)
    {
        if (source is ImageFolder folder)
        {
            folder.RequireSize(size);
            return;
        }

        for (int i = 0; i < source.Count; i++)
        {
            (int width, int height) = source.SizeOf(i);
            if (Math.Min(width, height) < size)
            {
                throw new InputException($"{source.NameOf(i)} has {width}×{height} pixels, fewer than the crop of {size}×{size}; leave it "
                    + $"out or choose a smaller size.");
            }
        }
    }

    private void Write(PhotoView photo, Job job)
    {
        RandomStream random = _validation
            ? new RandomStream(_options.Seed, "validation pair", job.Index)
            : new RandomStream(_options.Seed, "pair", job.Batch.Position.Epoch, job.Index, job.Sample);
        _pipeline.Apply(photo, _options.CropSize, random, job.Workspace);
        job.Workspace.Input.WritePlanes(job.Batch.Buffer.InputAt(job.Slot));
        job.Workspace.Target.WritePlanes(job.Batch.Buffer.TargetAt(job.Slot));
    }

    private void SetAside(int index, InputException e)
    {
        _broken[index] = true;
        if (_broken.Count > ImageFolder.ToleratedBrokenShare * _source.Count)
        {
            throw new InputException(
                $"{_broken.Count} of the {_source.Count} photos can't be used, more than the tolerated 1 %; the last: {e.Message}", e);
        }
    }

    private int[] Order(int epoch)
    {
        if (_order is { } known && known.Epoch == epoch)
        {
            return known.Order;
        }

        int[] order = [.. Enumerable.Range(0, _source.Count * _options.SamplesPerImage)];
        if (_options.Shuffle)
        {
            new RandomStream(_options.Seed, "order", epoch).Shuffle<int>(order);
        }

        _order = (epoch, order);
        return order;
    }

    private readonly record struct Job(PendingBatch Batch, int Slot, int Index, int Sample, DegradationWorkspace Workspace);
}

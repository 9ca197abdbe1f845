namespace SuperRes.Lab.Weights;

/// <summary>Makes tensor descriptions from the arguments that torch stored, and checks that they lie inside their storage.</summary>
internal static class PickleTensors
{
    private const int MaxDimensions = 64;

    // An expanded tensor repeats its storage. A small one is harmless; a large one is a way to ask for memory that the file doesn't have.
    private const long MaxExpandedBytes = 16 << 20;

    public static CheckpointValue Call(PickleGlobal callable, CheckpointList arguments)
    {
        switch (callable.Callable)
        {
            // storage, offset, size, stride[, requires_grad, backward_hooks[, metadata]]
            case PickleCallable.RebuildTensor when arguments.Items.Count is >= 4 and <= 7:
                return Rebuild(arguments, type: null);
            case PickleCallable.RebuildParameter or PickleCallable.Parameter when arguments.Items is [CheckpointTensor tensor, ..]:
                return tensor;
            case PickleCallable.LegacyTensor when arguments.Items.Count == 0:
                return new Unbuilt(callable.Type!);
            default:
                throw new CheckpointFault($"it calls {callable.Name} with {arguments.Items.Count} arguments of another kind than torch "
                    + $"stores");
        }
    }

    /// <summary>A tensor from a storage, the offset in it, sizes and strides.</summary>
    /// <param name="layout">These four, and perhaps more that has no meaning here.</param>
    /// <param name="type">Element type that the storage must have; null: any.</param>
    public static CheckpointTensor Rebuild(CheckpointList layout, WeightDType? type)
    {
        if (layout.Items.Count < 4 || layout[1] is not CheckpointScalar { Value: long offset })
        {
            throw new CheckpointFault("a tensor lacks its storage, offset, size or stride");
        }

        (StorageReference storage, long start, long count) = layout[0] switch
        {
            StorageReference whole => (whole, 0, whole.ElementCount),
            StorageView view => (view.Storage, view.Offset, view.Count),
            _ => throw new CheckpointFault($"a tensor's storage is a {layout[0].Kind}"),
        };
        if (type is not null && storage.Type != type)
        {
            throw new CheckpointFault($"a tensor of type {type.Name} lies in a storage of type {storage.Type.Name}");
        }

        long[] shape = Numbers(layout[2]), strides = Numbers(layout[3]);
        CheckBounds(shape, strides, offset, count, storage.Type.Size);
        return new CheckpointTensor(storage, start + offset, shape, strides);
    }

    private static void CheckBounds(long[] shape, long[] strides, long offset, long count, int elementSize)
    {
        if (shape.Length != strides.Length || offset < 0 || shape.Any(s => s < 0) || strides.Any(s => s < 0))
        {
            throw new CheckpointFault($"a tensor of shape [{string.Join(", ", shape)}] has the strides [{string.Join(", ", strides)}] and "
                + $"the offset {offset}, which don't fit");
        }

        bool empty = shape.Contains(0);
        try
        {
            long last = offset, elements = 1;
            for (int i = 0; i < shape.Length; i++)
            {
                last = checked(last + (Math.Max(shape[i] - 1, 0) * strides[i]));
                elements = checked(elements * Math.Max(shape[i], 1));
            }

            if (empty ? offset > count : last >= count)
            {
                throw new CheckpointFault($"a tensor of shape [{string.Join(", ", shape)}] reaches to element {last} of a storage that "
                    + $"has {count}");
            }

            if (!empty && elements > count && checked(elements * elementSize) > MaxExpandedBytes)
            {
                throw new CheckpointFault($"a tensor of shape [{string.Join(", ", shape)}] is spread over a storage of {count} elements");
            }
        }
        catch (OverflowException)
        {
            throw new CheckpointFault($"the shape [{string.Join(", ", shape)}] of a tensor overflows");
        }
    }

    private static long[] Numbers(CheckpointValue value)
    {
        if (value is not CheckpointList { Items.Count: <= MaxDimensions } list)
        {
            throw new CheckpointFault("a tensor's size or stride is not a short list of numbers");
        }

        return [.. list.Items.Select(
            i => i is CheckpointScalar { Value: long number } ? number
            : throw new CheckpointFault("a tensor's size or stride holds something other than whole numbers"))];
    }

    /// <summary>A tensor of torch before 0.4, whose layout follows as its state.</summary>
    internal sealed class Unbuilt(WeightDType type) : CheckpointValue
    {
        public WeightDType Type { get; } = type;

        /// <summary>The finished tensor, once its layout is known.</summary>
        public CheckpointTensor? Built { get; set; }

        public override string Kind => "tensor without a layout";
    }
}

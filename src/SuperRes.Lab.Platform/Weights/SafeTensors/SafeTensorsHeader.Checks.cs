namespace SuperRes.Lab.Weights;

internal sealed partial class SafeTensorsHeader
{
    private void CheckSize(string name, WeightDType type, long[] shape, long start, long end)
    {
        long bytes;
        try
        {
            bytes = checked(shape.Aggregate(1L, (product, size) => checked(product * size)) * type.Size);
        }
        catch (OverflowException e)
        {
            throw Invalid($"the shape [{string.Join(", ", shape)}] of tensor '{Shorten(name)}' overflows", e);
        }

        if (end - start != bytes)
        {
            throw Invalid($"tensor '{Shorten(name)}' of dtype {type.Name} and shape [{string.Join(", ", shape)}] takes {bytes} bytes, and "
                + $"its data_offsets are {start} and {end}");
        }
    }

    /// <summary>The tensors must lie one behind the other without overlap or hole, and end where the file ends.</summary>
    private void CheckLayout(long dataBytes)
    {
        _entries.Sort((a, b) => (a.Offset, a.ByteCount) != (b.Offset, b.ByteCount)
            ? (a.Offset, a.ByteCount).CompareTo((b.Offset, b.ByteCount)) : string.CompareOrdinal(a.Name, b.Name));
        long next = 0;
        foreach (SafeTensorEntry entry in _entries)
        {
            if (entry.Offset != next)
            {
                string fault = entry.Offset < next ? "overlaps the tensor before it" : "leaves a hole before it";
                throw Invalid($"tensor '{Shorten(entry.Name)}' {fault}: it starts at byte {entry.Offset} and {next} was expected");
            }

            next = checked(entry.Offset + entry.ByteCount);
        }

        if (next != dataBytes)
        {
            throw dataBytes < next
                ? new InputException(
                    $"{_path} is cut short: its tensors take {next} bytes and {dataBytes} are there; fetch or copy it again.")
                : Invalid($"its tensors take {next} bytes and {dataBytes} are there");
        }
    }
}

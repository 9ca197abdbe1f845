namespace SuperRes.Lab.Weights;

/// <summary>The stack, marks and memo of a pickle's machine; nothing below the last mark can be reached.</summary>
internal sealed class PickleStack(AllocationBudget budget)
{
    private const int SlotCost = 24;
    private const int MemoCost = 72;

    private readonly List<CheckpointValue> _stack = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<long, CheckpointValue> _memo = [];

    public void Mark()
    {
        budget.Charge(SlotCost);
        _marks.Push(_stack.Count);
    }

    public void Replace(CheckpointValue top) => _stack[^1] = top;

    public void RememberNext() => Remember(_memo.Count);

    public void Remember(long index)
    {
        budget.Charge(MemoCost);
        _memo[index] = Peek();
    }

    public void Recall(long index)
    {
        CheckpointValue value = _memo.GetValueOrDefault(index)
            ?? throw new CheckpointFault($"its pickle refers to entry {index}, which was never stored");
        Push(value is PickleTensors.Unbuilt { Built: { } tensor } ? tensor : value);
    }

    public void Push(CheckpointValue value)
    {
        budget.Charge(SlotCost);
        _stack.Add(value);
    }

    public CheckpointValue Peek() => _stack.Count > Floor ? _stack[^1] : throw Underflow();

    public CheckpointValue Pop()
    {
        CheckpointValue value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    public List<CheckpointValue> PopMany(int count)
    {
        if (_stack.Count - Floor < count)
        {
            throw Underflow();
        }

        return Cut(_stack.Count - count);
    }

    public List<CheckpointValue> PopToMark() => _marks.TryPop(out int mark) ? Cut(mark) : throw Underflow();

    /// <summary>Adds items to the list or set on top.</summary>
    public void AddItems(List<CheckpointValue> items, string kind)
    {
        if (Peek() is not CheckpointList list || list.Kind != kind)
        {
            throw new CheckpointFault($"its pickle adds items to a {Peek().Kind}");
        }

        budget.Charge((long)PickleObjects.ItemCost * items.Count);
        foreach (CheckpointValue item in items)
        {
            list.Add(item);
        }
    }

    /// <summary>Sets entries, key and value in turn, of the dictionary on top.</summary>
    public void SetItems(List<CheckpointValue> items)
    {
        if (Peek() is not CheckpointDictionary dictionary || items.Count % 2 != 0)
        {
            throw new CheckpointFault($"its pickle sets entries of a {Peek().Kind}");
        }

        for (int i = 0; i < items.Count; i += 2)
        {
            PickleObjects.SetItem(dictionary, items[i], items[i + 1], budget);
        }
    }

    private List<CheckpointValue> Cut(int start)
    {
        budget.Charge((8L * (_stack.Count - start)) + 64);
        List<CheckpointValue> values = _stack.GetRange(start, _stack.Count - start);
        _stack.RemoveRange(start, _stack.Count - start);
        return values;
    }

    private int Floor => _marks.TryPeek(out int mark) ? mark : 0;

    private static CheckpointFault Underflow() => new("its pickle is damaged: it takes more from its stack than was put there");
}

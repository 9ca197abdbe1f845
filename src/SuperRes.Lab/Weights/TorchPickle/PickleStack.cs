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
        CheckpointValue value = _memo.GetValueOrDefault(index) ?? throw new CheckpointFault($"its pickle refers to entry {index}, which was never stored");
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

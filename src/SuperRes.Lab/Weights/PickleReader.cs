using System.Numerics;

namespace SuperRes.Lab.Weights;

/// <summary>
/// Interprets the pickles that torch.save writes (protocol 2, and what protocols 3 to 5 add for the same values) as data. A pickle
/// is a program for a stack machine; this machine can build containers, numbers, text and descriptions of tensors, and nothing else.
/// </summary>
/// <remarks>Sources: Python's pickletools.py for the instructions, torch/_weights_only_unpickler.py for what checkpoints need.</remarks>
internal sealed class PickleReader(PickleSource source, Func<CheckpointList, CheckpointValue> resolvePersistent)
{
    // What one value costs in memory, generously, so that a pickle of nothing but empty lists can't take fifty times its size.
    private const int SlotCost = 24;
    private const int ScalarCost = 56;
    private const int ListCost = 128;
    private const int DictionaryCost = 256;
    private const int ItemCost = 24;
    private const int PairCost = 120;
    private const int MemoCost = 72;

    private static readonly CheckpointScalar None = new(value: null);
    private static readonly CheckpointScalar True = new(value: true);
    private static readonly CheckpointScalar False = new(value: false);

    private readonly List<CheckpointValue> _stack = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<long, CheckpointValue> _memo = [];

    /// <summary>Runs the pickle up to its STOP.</summary>
    /// <returns>The value it describes.</returns>
    /// <exception cref="CheckpointFault">It is damaged, or asks for something that is not allowed.</exception>
    public CheckpointValue Read()
    {
        while (true)
        {
            byte code = source.ReadByte();
            if (code == (byte)'.')
            {
                CheckpointValue result = Pop();
                return result is PickleGlobal or StorageReference or StorageView ? throw new CheckpointFault($"it holds a {result.Kind} where data was expected") : result;
            }

            if (!ReadAtom(code) && !ReadText(code) && !ReadContainer(code) && !ReadMemo(code) && !ReadObject(code))
            {
                throw new CheckpointFault($"its pickle holds the instruction 0x{code:x2}, which checkpoints don't use");
            }
        }
    }

    private bool ReadAtom(byte code)
    {
        switch (code)
        {
            case 0x80: // PROTO
                byte protocol = source.ReadByte();
                return protocol is >= 2 and <= 5 ? true : throw new CheckpointFault($"its pickle is of protocol {protocol}; 2 to 5 can be read");
            case 0x95: // FRAME
                source.ReadInt64();
                return true;
            case (byte)'N':
                Push(None);
                return true;
            case 0x88:
                Push(True);
                return true;
            case 0x89:
                Push(False);
                return true;
            case (byte)'J':
                PushScalar((long)source.ReadInt32());
                return true;
            case (byte)'K':
                PushScalar((long)source.ReadByte());
                return true;
            case (byte)'M':
                PushScalar((long)source.ReadUInt16());
                return true;
            case 0x8a: // LONG1
                PushInteger(source.ReadByte());
                return true;
            case 0x8b: // LONG4
                PushInteger(source.ReadInt32());
                return true;
            case (byte)'G':
                PushScalar(source.ReadDoubleBigEndian());
                return true;
            default:
                return false;
        }
    }

    private bool ReadText(byte code)
    {
        // A C# switch on the length's own width keeps the sign right: 32-bit lengths are unsigned except in the oldest two.
        string? text = code switch
        {
            (byte)'X' => source.ReadText((uint)source.ReadInt32()),
            0x8c => source.ReadText(source.ReadByte()),
            0x8d => source.ReadText(source.ReadInt64()),
            (byte)'U' => source.ReadText(source.ReadByte()),
            (byte)'T' => source.ReadText(source.ReadInt32()),
            _ => null,
        };
        if (text is not null)
        {
            Push(new CheckpointText(text));
            return true;
        }

        byte[]? bytes = code switch
        {
            (byte)'C' => source.ReadBytes(source.ReadByte()),
            (byte)'B' => source.ReadBytes((uint)source.ReadInt32()),
            0x8e => source.ReadBytes(source.ReadInt64()),
            _ => null,
        };
        if (bytes is not null)
        {
            Push(new CheckpointBytes(bytes));
            return true;
        }

        return false;
    }

    private bool ReadContainer(byte code)
    {
        switch (code)
        {
            case (byte)'(':
                source.Budget.Charge(SlotCost);
                _marks.Push(_stack.Count);
                return true;
            case (byte)')':
                PushList("tuple", []);
                return true;
            case 0x85 or 0x86 or 0x87: // TUPLE1, TUPLE2, TUPLE3
                PushList("tuple", PopMany(code - 0x84));
                return true;
            case (byte)'t':
                PushList("tuple", PopToMark());
                return true;
            case (byte)']':
                PushList("list", []);
                return true;
            case (byte)'l':
                PushList("list", PopToMark());
                return true;
            case 0x8f: // EMPTY_SET
                PushList("set", []);
                return true;
            case 0x91: // FROZENSET
                PushList("frozenset", PopToMark());
                return true;
            case (byte)'a':
                CheckpointValue item = Pop();
                AddItems([item], "list");
                return true;
            case (byte)'e':
                AddItems(PopToMark(), "list");
                return true;
            case 0x90: // ADDITEMS
                AddItems(PopToMark(), "set");
                return true;
            case (byte)'}':
                PushDictionary("dict", []);
                return true;
            case (byte)'d':
                PushDictionary("dict", PopToMark());
                return true;
            case (byte)'s':
                SetItems(PopMany(2));
                return true;
            case (byte)'u':
                SetItems(PopToMark());
                return true;
            default:
                return false;
        }
    }

    private bool ReadMemo(byte code)
    {
        switch (code)
        {
            case (byte)'q':
                Remember(source.ReadByte());
                return true;
            case (byte)'r':
                Remember((uint)source.ReadInt32());
                return true;
            case 0x94: // MEMOIZE
                Remember(_memo.Count);
                return true;
            case (byte)'h':
                Recall(source.ReadByte());
                return true;
            case (byte)'j':
                Recall((uint)source.ReadInt32());
                return true;
            case (byte)'0':
                Pop();
                return true;
            case (byte)'1': // POP_MARK
                PopToMark();
                return true;
            case (byte)'2':
                Push(Peek());
                return true;
            default:
                return false;
        }
    }

    private bool ReadObject(byte code)
    {
        switch (code)
        {
            case (byte)'c':
                string module = source.ReadLine();
                Push(PickleGlobal.Resolve(module, source.ReadLine()));
                return true;
            case 0x93: // STACK_GLOBAL
                string name = Text(Pop());
                Push(PickleGlobal.Resolve(Text(Pop()), name));
                return true;
            case (byte)'i': // INST
                string instModule = source.ReadLine();
                PickleGlobal.Resolve(instModule, source.ReadLine());
                return false;
            case (byte)'R' or 0x81: // REDUCE, NEWOBJ
                var arguments = Pop() as CheckpointList ?? throw new CheckpointFault("its pickle calls something without a list of arguments");
                var callable = Pop() as PickleGlobal ?? throw new CheckpointFault("its pickle calls something that is not a name");
                Push(Call(callable, arguments));
                return true;
            case (byte)'b':
                CheckpointValue state = Pop();
                Build(state);
                return true;
            case (byte)'Q':
                var id = Pop() as CheckpointList ?? throw new CheckpointFault("its pickle refers to a storage in an unknown way");
                Push(resolvePersistent(id));
                return true;
            default:
                return false;
        }
    }

    private CheckpointValue Call(PickleGlobal callable, CheckpointList arguments)
    {
        source.Budget.Charge(ListCost);
        switch (callable.Callable, arguments.Items.Count)
        {
            case (PickleCallable.OrderedDict, 0 or 1):
                return MakeOrderedDict(arguments);
            case (PickleCallable.Counter, 1) when arguments[0] is CheckpointDictionary counts:
                return counts;
            case (PickleCallable.Set, 0 or 1):
                return MakeList("set", arguments);
            case (PickleCallable.Size, 1):
                return MakeList("torch.Size", arguments);
            case (PickleCallable.Bytes, 0):
                return new CheckpointBytes([]);
            case (PickleCallable.Encode, 2) when arguments[0] is CheckpointText text && arguments[1] is CheckpointText { Value: "latin1" }:
                source.Budget.Charge(text.Value.Length);
                return new CheckpointBytes(text.Value.All(c => c <= 0xFF)
                    ? System.Text.Encoding.Latin1.GetBytes(text.Value) : throw new CheckpointFault("its bytes are not stored as Latin-1"));
            case (PickleCallable.Device, 1 or 2):
                return new CheckpointText(string.Join(':', arguments.Items.Select(a => a.ToString())));
            default:
                return PickleTensors.Call(callable, arguments);
        }
    }

    private CheckpointDictionary MakeOrderedDict(CheckpointList arguments)
    {
        source.Budget.Charge(DictionaryCost);
        var dictionary = new CheckpointDictionary("OrderedDict");
        if (arguments.Items.Count == 1)
        {
            // Python 2 stored an OrderedDict as the list of its pairs.
            foreach (CheckpointValue pair in (arguments[0] as CheckpointList)?.Items ?? throw new CheckpointFault("an OrderedDict is not made from pairs"))
            {
                if (pair is not CheckpointList { Items: [var key, var value] })
                {
                    throw new CheckpointFault("an OrderedDict is not made from pairs");
                }

                SetItem(dictionary, key, value);
            }
        }

        return dictionary;
    }

    private CheckpointList MakeList(string kind, CheckpointList arguments)
    {
        List<CheckpointValue> items = [];
        if (arguments.Items.Count == 1)
        {
            var given = arguments[0] as CheckpointList ?? throw new CheckpointFault($"a {kind} is not made from a list");
            source.Budget.Charge((long)ItemCost * given.Items.Count);
            items.AddRange(given.Items);
        }

        return new CheckpointList(kind, items);
    }

    /// <summary>Sets an object's state: attributes of a state dict, the layout of an old tensor; anything else is refused.</summary>
    private void Build(CheckpointValue state)
    {
        switch (Peek(), state)
        {
            case (CheckpointDictionary dictionary, CheckpointDictionary attributes):
                dictionary.Attributes = attributes;
                return;
            case (PickleTensors.Unbuilt blank, CheckpointList layout):
                blank.Built = PickleTensors.Rebuild(layout, blank.Type);
                _stack[^1] = blank.Built;
                return;
            case (CheckpointTensor, CheckpointList { Items.Count: 3 }):
                // A parameter of torch before 0.4: whether it requires a gradient, whether it is volatile, its hooks.
                return;
            default:
                throw new CheckpointFault($"its pickle sets the state of a {Peek().Kind}, which tensors don't need");
        }
    }

    private void PushScalar(object value)
    {
        source.Budget.Charge(ScalarCost);
        Push(new CheckpointScalar(value));
    }

    private void PushInteger(int byteCount)
    {
        // Python's hash of a number this long, or its decimals, would take minutes; no checkpoint holds one.
        if (byteCount is < 0 or > 1024)
        {
            throw new CheckpointFault("its pickle holds a whole number of more than 1024 bytes");
        }

        var number = new BigInteger(source.ReadBytes(byteCount));
        PushScalar(number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number);
    }

    private void PushList(string kind, List<CheckpointValue> items)
    {
        source.Budget.Charge(ListCost);
        Push(new CheckpointList(kind, items));
    }

    private void PushDictionary(string kind, List<CheckpointValue> items)
    {
        source.Budget.Charge(DictionaryCost);
        Push(new CheckpointDictionary(kind));
        SetItems(items);
    }

    private void AddItems(List<CheckpointValue> items, string kind)
    {
        if (Peek() is not CheckpointList list || list.Kind != kind)
        {
            throw new CheckpointFault($"its pickle adds items to a {Peek().Kind}");
        }

        source.Budget.Charge((long)ItemCost * items.Count);
        foreach (CheckpointValue item in items)
        {
            list.Add(item);
        }
    }

    private void SetItems(List<CheckpointValue> items)
    {
        if (Peek() is not CheckpointDictionary dictionary || items.Count % 2 != 0)
        {
            throw new CheckpointFault($"its pickle sets entries of a {Peek().Kind}");
        }

        for (int i = 0; i < items.Count; i += 2)
        {
            SetItem(dictionary, items[i], items[i + 1]);
        }
    }

    private void SetItem(CheckpointDictionary dictionary, CheckpointValue key, CheckpointValue value)
    {
        if (key is not (CheckpointText or CheckpointScalar or CheckpointBytes or CheckpointList { Kind: "tuple" }))
        {
            throw new CheckpointFault($"a {key.Kind} is used as a key");
        }

        source.Budget.Charge(PairCost);
        dictionary.Set(key, value);
    }

    private void Remember(long index)
    {
        source.Budget.Charge(MemoCost);
        _memo[index] = Peek();
    }

    private void Recall(long index)
    {
        CheckpointValue value = _memo.GetValueOrDefault(index) ?? throw new CheckpointFault($"its pickle refers to entry {index}, which was never stored");
        Push(value is PickleTensors.Unbuilt { Built: { } tensor } ? tensor : value);
    }

    private void Push(CheckpointValue value)
    {
        source.Budget.Charge(SlotCost);
        _stack.Add(value);
    }

    private CheckpointValue Peek() => _stack.Count > Floor ? _stack[^1] : throw Underflow();

    private CheckpointValue Pop()
    {
        CheckpointValue value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private List<CheckpointValue> PopMany(int count)
    {
        if (_stack.Count - Floor < count)
        {
            throw Underflow();
        }

        return Cut(_stack.Count - count);
    }

    private List<CheckpointValue> PopToMark() => _marks.TryPop(out int mark) ? Cut(mark) : throw Underflow();

    private List<CheckpointValue> Cut(int start)
    {
        source.Budget.Charge((8L * (_stack.Count - start)) + 64);
        List<CheckpointValue> values = _stack.GetRange(start, _stack.Count - start);
        _stack.RemoveRange(start, _stack.Count - start);
        return values;
    }

    private int Floor => _marks.TryPeek(out int mark) ? mark : 0;

    private static string Text(CheckpointValue value) => (value as CheckpointText)?.Value ?? throw new CheckpointFault($"its pickle uses a {value.Kind} as a name");

    private static CheckpointFault Underflow() => new("its pickle is damaged: it takes more from its stack than was put there");
}

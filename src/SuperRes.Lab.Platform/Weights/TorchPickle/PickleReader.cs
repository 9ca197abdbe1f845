using System.Numerics;

namespace SuperRes.Lab.Weights;

/// <summary>
/// Interprets the pickles that torch.save writes (protocol 2, and what protocols 3 to 5 add for the same values) as data. A pickle
/// is a program for a stack machine; this machine can build containers, numbers, text and descriptions of tensors, and nothing else.
/// </summary>
/// <remarks>Sources: Python's pickletools.py for the instructions, torch/_weights_only_unpickler.py for what checkpoints need.</remarks>
internal sealed class PickleReader(PickleSource source, Func<CheckpointList, CheckpointValue> resolvePersistent)
{
    private static readonly CheckpointScalar None = new(value: null);
    private static readonly CheckpointScalar True = new(value: true);
    private static readonly CheckpointScalar False = new(value: false);

    private readonly PickleStack _stack = new(source.Budget);

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
                CheckpointValue result = _stack.Pop();
                return result is PickleGlobal or StorageReference or StorageView
                    ? throw new CheckpointFault($"it holds a {result.Kind} where data was expected") : result;
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
                return protocol is >= 2 and <= 5 ? true
                    : throw new CheckpointFault($"its pickle is of protocol {protocol}; 2 to 5 can be read");
            case 0x95: // FRAME
                source.ReadInt64();
                return true;
            case (byte)'N':
                _stack.Push(None);
                return true;
            case 0x88:
                _stack.Push(True);
                return true;
            case 0x89:
                _stack.Push(False);
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
        // Lengths of 32 bits are unsigned, except that of BINSTRING ('T').
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
            _stack.Push(new CheckpointText(text));
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
            _stack.Push(new CheckpointBytes(bytes));
            return true;
        }

        return false;
    }

    private bool ReadContainer(byte code)
    {
        switch (code)
        {
            case (byte)'(':
                _stack.Mark();
                return true;
            case (byte)')':
                PushList("tuple", []);
                return true;
            case 0x85 or 0x86 or 0x87: // TUPLE1, TUPLE2, TUPLE3
                PushList("tuple", _stack.PopMany(code - 0x84));
                return true;
            case (byte)'t':
                PushList("tuple", _stack.PopToMark());
                return true;
            case (byte)']':
                PushList("list", []);
                return true;
            case (byte)'l':
                PushList("list", _stack.PopToMark());
                return true;
            case 0x8f: // EMPTY_SET
                PushList("set", []);
                return true;
            case 0x91: // FROZENSET
                PushList("frozenset", _stack.PopToMark());
                return true;
            case (byte)'a':
                CheckpointValue item = _stack.Pop();
                _stack.AddItems([item], "list");
                return true;
            case (byte)'e':
                _stack.AddItems(_stack.PopToMark(), "list");
                return true;
            case 0x90: // ADDITEMS
                _stack.AddItems(_stack.PopToMark(), "set");
                return true;
            case (byte)'}':
                PushDictionary("dict", []);
                return true;
            case (byte)'d':
                PushDictionary("dict", _stack.PopToMark());
                return true;
            case (byte)'s':
                _stack.SetItems(_stack.PopMany(2));
                return true;
            case (byte)'u':
                _stack.SetItems(_stack.PopToMark());
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
                _stack.Remember(source.ReadByte());
                return true;
            case (byte)'r':
                _stack.Remember((uint)source.ReadInt32());
                return true;
            case 0x94: // MEMOIZE
                _stack.RememberNext();
                return true;
            case (byte)'h':
                _stack.Recall(source.ReadByte());
                return true;
            case (byte)'j':
                _stack.Recall((uint)source.ReadInt32());
                return true;
            case (byte)'0':
                _stack.Pop();
                return true;
            case (byte)'1': // POP_MARK
                _stack.PopToMark();
                return true;
            case (byte)'2':
                _stack.Push(_stack.Peek());
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
                _stack.Push(PickleGlobal.Resolve(module, source.ReadLine()));
                return true;
            case 0x93: // STACK_GLOBAL
                string name = Text(_stack.Pop());
                _stack.Push(PickleGlobal.Resolve(Text(_stack.Pop()), name));
                return true;
            case (byte)'i': // INST
                string instModule = source.ReadLine();
                PickleGlobal.Resolve(instModule, source.ReadLine());
                return false;
            case (byte)'R' or 0x81: // REDUCE, NEWOBJ
                var arguments = _stack.Pop() as CheckpointList
                    ?? throw new CheckpointFault("its pickle calls something without a list of arguments");
                var callable = _stack.Pop() as PickleGlobal ?? throw new CheckpointFault("its pickle calls something that is not a name");
                _stack.Push(PickleObjects.Call(callable, arguments, source.Budget));
                return true;
            case (byte)'b':
                CheckpointValue state = _stack.Pop();
                Build(state);
                return true;
            case (byte)'Q':
                var id = _stack.Pop() as CheckpointList ?? throw new CheckpointFault("its pickle refers to a storage in an unknown way");
                _stack.Push(resolvePersistent(id));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Sets an object's state: attributes of a state dict, the layout of an old tensor; anything else is refused.</summary>
    private void Build(CheckpointValue state)
    {
        switch (_stack.Peek(), state)
        {
            case (CheckpointDictionary dictionary, CheckpointDictionary attributes):
                dictionary.Attributes = attributes;
                return;
            case (PickleTensors.Unbuilt blank, CheckpointList layout):
                blank.Built = PickleTensors.Rebuild(layout, blank.Type);
                _stack.Replace(blank.Built);
                return;
            case (CheckpointTensor, CheckpointList { Items.Count: 3 }):
                // A parameter of torch before 0.4: whether it requires a gradient, whether it is volatile, its hooks.
                return;
            default:
                throw new CheckpointFault($"its pickle sets the state of a {_stack.Peek().Kind}, which tensors don't need");
        }
    }

    private void PushScalar(object value)
    {
        source.Budget.Charge(PickleObjects.ScalarCost);
        _stack.Push(new CheckpointScalar(value));
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
        source.Budget.Charge(PickleObjects.ListCost);
        _stack.Push(new CheckpointList(kind, items));
    }

    private void PushDictionary(string kind, List<CheckpointValue> items)
    {
        source.Budget.Charge(PickleObjects.DictionaryCost);
        _stack.Push(new CheckpointDictionary(kind));
        _stack.SetItems(items);
    }

    private static string Text(CheckpointValue value) => (value as CheckpointText)?.Value
        ?? throw new CheckpointFault($"its pickle uses a {value.Kind} as a name");
}

using System.Text;

namespace SuperRes.Lab.Weights;

/// <summary>Makes the containers that a pickle calls for; tensors are <see cref="PickleTensors"/>' part.</summary>
internal static class PickleObjects
{
    // What one value costs in memory, generously, so that a pickle of nothing but empty lists can't take fifty times its size.
    public const int ScalarCost = 56;
    public const int ListCost = 128;
    public const int DictionaryCost = 256;
    public const int ItemCost = 24;
    private const int PairCost = 120;

    /// <summary>Calls an allowed name.</summary>
    /// <exception cref="CheckpointFault">The arguments are not those that torch stores.</exception>
    public static CheckpointValue Call(PickleGlobal callable, CheckpointList arguments, AllocationBudget budget)
    {
        budget.Charge(ListCost);
        switch (callable.Callable, arguments.Items.Count)
        {
            case (PickleCallable.OrderedDict, 0 or 1):
                return MakeOrderedDict(arguments, budget);
            case (PickleCallable.Counter, 1) when arguments[0] is CheckpointDictionary counts:
                return counts;
            case (PickleCallable.Set, 0 or 1):
                return MakeList("set", arguments, budget);
            case (PickleCallable.Size, 1):
                return MakeList("torch.Size", arguments, budget);
            case (PickleCallable.Bytes, 0):
                return new CheckpointBytes([]);
            case (PickleCallable.Encode, 2) when arguments[0] is CheckpointText text && arguments[1] is CheckpointText { Value: "latin1" }:
                budget.Charge(text.Value.Length);
                return new CheckpointBytes(text.Value.All(c => c <= 0xFF)
                    ? Encoding.Latin1.GetBytes(text.Value) : throw new CheckpointFault("its bytes are not stored as Latin-1"));
            case (PickleCallable.Device, 1 or 2):
                return new CheckpointText(string.Join(':', arguments.Items.Select(a => a.ToString())));
            default:
                return PickleTensors.Call(callable, arguments);
        }
    }

    private static CheckpointDictionary MakeOrderedDict(CheckpointList arguments, AllocationBudget budget)
    {
        budget.Charge(DictionaryCost);
        var dictionary = new CheckpointDictionary("OrderedDict");
        if (arguments.Items.Count == 1)
        {
            // Python 2 stored an OrderedDict as the list of its pairs.
            foreach (CheckpointValue pair in (
                arguments[0] as CheckpointList)?.Items ?? throw new CheckpointFault("an OrderedDict is not made from pairs"))
            {
                if (pair is not CheckpointList { Items: [var key, var value] })
                {
                    throw new CheckpointFault("an OrderedDict is not made from pairs");
                }

                SetItem(dictionary, key, value, budget);
            }
        }

        return dictionary;
    }

    private static CheckpointList MakeList(string kind, CheckpointList arguments, AllocationBudget budget)
    {
        List<CheckpointValue> items = [];
        if (arguments.Items.Count == 1)
        {
            var given = arguments[0] as CheckpointList ?? throw new CheckpointFault($"a {kind} is not made from a list");
            budget.Charge((long)ItemCost * given.Items.Count);
            items.AddRange(given.Items);
        }

        return new CheckpointList(kind, items);
    }

    public static void SetItem(CheckpointDictionary dictionary, CheckpointValue key, CheckpointValue value, AllocationBudget budget)
    {
        if (key is not (CheckpointText or CheckpointScalar or CheckpointBytes or CheckpointList { Kind: "tuple" }))
        {
            throw new CheckpointFault($"a {key.Kind} is used as a key");
        }

        budget.Charge(PairCost);
        dictionary.Set(key, value);
    }
}

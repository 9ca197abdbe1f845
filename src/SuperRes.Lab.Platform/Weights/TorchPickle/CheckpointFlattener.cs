using System.Text;

namespace SuperRes.Lab.Weights;

/// <summary>Finds every tensor of a checkpoint and gives it its dotted path.</summary>
internal sealed class CheckpointFlattener
{
    private const int MaxDepth = 100;

    private readonly OrderedDictionary<string, CheckpointTensor> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _copies = new(StringComparer.Ordinal);
    private readonly StringBuilder _path = new();
    private long _visitsLeft;
    private long _pathCharactersLeft;

    private CheckpointFlattener(long fileLength)
    {
        // Lists may share lists: a few bytes can describe a tree without end, and a long key can be repeated in every path below it.
        _visitsLeft = fileLength + 10_000;
        _pathCharactersLeft = (fileLength / 4) + (1 << 20);
    }

    /// <summary>Walks the tree.</summary>
    /// <param name="root">The checkpoint.</param>
    /// <param name="fileLength">Length of its file, which bounds the walk.</param>
    /// <exception cref="CheckpointFault">The tree is too deep, too large, or holds something other than data.</exception>
    public static IReadOnlyDictionary<string, CheckpointTensor> Flatten(CheckpointValue root, long fileLength)
    {
        var flattener = new CheckpointFlattener(fileLength);
        flattener.Visit(root, 0);
        return flattener._tensors;
    }

    private void Visit(CheckpointValue value, int depth)
    {
        if (depth > MaxDepth || --_visitsLeft < 0)
        {
            throw new CheckpointFault(
                depth > MaxDepth ? $"its values are nested more than {MaxDepth} deep" : "its values contain each other too many times");
        }

        switch (value)
        {
            case CheckpointTensor tensor:
                Add(tensor);
                break;
            case CheckpointDictionary dictionary:
                foreach ((CheckpointValue key, CheckpointValue item) in dictionary.Items)
                {
                    VisitChild(key is CheckpointText or CheckpointScalar ? key.ToString()! : key.Kind, item, depth);
                }

                if (dictionary.Attributes is { } attributes)
                {
                    Visit(attributes, depth + 1);
                }

                break;
            case CheckpointList list:
                for (int i = 0; i < list.Items.Count; i++)
                {
                    VisitChild(i.ToString(System.Globalization.CultureInfo.InvariantCulture), list.Items[i], depth);
                }

                break;
            case CheckpointScalar or CheckpointText or CheckpointBytes:
                break;
            default:
                throw new CheckpointFault($"it holds a {value.Kind} where data was expected");
        }
    }

    private void VisitChild(string key, CheckpointValue child, int depth)
    {
        int length = _path.Length;
        if (child is CheckpointTensor or CheckpointDictionary or CheckpointList)
        {
            _pathCharactersLeft -= key.Length;
            if (_pathCharactersLeft < 0)
            {
                throw new CheckpointFault("the names of its tensors are far too long");
            }

            _path.Append(length > 0 ? "." : string.Empty).Append(key);
        }

        Visit(child, depth + 1);
        _path.Length = length;
    }

    private void Add(CheckpointTensor tensor)
    {
        _pathCharactersLeft -= _path.Length;
        if (_pathCharactersLeft < 0)
        {
            throw new CheckpointFault("the names of its tensors are far too long");
        }

        string path = _path.ToString(), unique = path;
        while (!_tensors.TryAdd(unique, tensor))
        {
            // Counted on from the last copy: a file can give one path to very many tensors.
            int copy = _copies[path] = _copies.GetValueOrDefault(path, 1) + 1;
            unique = $"{path}#{copy}";
        }
    }
}

using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace SuperRes.Lab.Weights;

/// <summary>
/// The header of a safetensors file: an eight-byte length, then JSON. Everything that the reference implementation checks is
/// checked (safetensors, tensor.rs), and duplicate keys are refused besides, as the format's description asks.
/// </summary>
internal sealed partial class SafeTensorsHeader
{
    public const int MaxBytes = 100_000_000;
    public const int LengthBytes = 8;

    // Torch's kernels stop at 64 dimensions; without a bound, a header could declare shapes that take more memory than the file.
    private const int MaxDimensions = 64;

    private readonly string _path;
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly long[] _numbers = new long[MaxDimensions];
    private readonly List<SafeTensorEntry> _entries;
    private readonly Dictionary<string, SafeTensorEntry> _byName;

    private SafeTensorsHeader(string path, int capacity)
    {
        _path = path;
        _entries = new List<SafeTensorEntry>(capacity);
        _byName = new Dictionary<string, SafeTensorEntry>(capacity, StringComparer.Ordinal);
    }

    /// <summary>Where the data section begins in the file.</summary>
    public long DataStart { get; private init; }

    /// <summary>Free text under "__metadata__".</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>The tensors, in the order of their bytes.</summary>
    public IReadOnlyList<SafeTensorEntry> Entries => _entries;

    /// <summary>One of them; null where there is none of the name.</summary>
    public SafeTensorEntry? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads and checks a header.</summary>
    /// <param name="stream">The file, at its start.</param>
    /// <param name="length">Length of the file.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <exception cref="InputException">It is not a valid safetensors file.</exception>
    public static SafeTensorsHeader Read(Stream stream, long length, string path)
    {
        if (length < LengthBytes)
        {
            throw new InputException($"{path} is not a safetensors file: it has {length} bytes, and the header's length alone takes 8.");
        }

        Span<byte> prefix = stackalloc byte[LengthBytes];
        stream.ReadExactly(prefix);
        ulong declared = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (declared > MaxBytes)
        {
            throw new InputException($"{path} is not a safetensors file: its header claims {declared} bytes, more than the format's limit "
                + $"of {MaxBytes}.");
        }

        if ((long)declared > length - LengthBytes)
        {
            throw new InputException($"{path} is cut short: its header claims {declared} bytes and the file has {length - LengthBytes} "
                + $"after the length; fetch or copy it again.");
        }

        byte[] json = new byte[declared];
        stream.ReadExactly(json);

        // Counted first, because lists that grow would cost several times what they hold in the end.
        var header = new SafeTensorsHeader(path, json.AsSpan().Count("\"data_offsets\""u8)) { DataStart = LengthBytes + (long)declared };
        header.Parse(json);
        header.CheckLayout(length - header.DataStart);
        return header;
    }

    private void Parse(byte[] json)
    {
        if (json.Length == 0 || json[0] != (byte)'{')
        {
            throw Invalid("it doesn't start with '{'");
        }

        if (!Utf8.IsValid(json))
        {
            throw Invalid("it is not valid UTF-8");
        }

        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 128 });
            reader.Read();
            ParseRoot(ref reader);
            if (reader.Read())
            {
                throw Invalid("something follows its closing brace");
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException is what the reader throws for an escaped half of a surrogate pair.
            throw Invalid("it is not valid JSON", e);
        }
    }

    private void ParseRoot(ref Utf8JsonReader reader)
    {
        bool metadata = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            bool twice;
            if (name == "__metadata__")
            {
                (twice, metadata) = (metadata, true);
                ParseMetadata(ref reader);
            }
            else
            {
                SafeTensorEntry entry = ParseEntry(ref reader, name);
                twice = !_byName.TryAdd(name, entry);
                _entries.Add(entry);
            }

            if (twice)
            {
                throw Invalid($"'{Shorten(name)}' occurs twice");
            }
        }
    }

    private void ParseMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Invalid("its __metadata__ is not an object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw Invalid($"its __metadata__ entry '{Shorten(key)}' is not a string");
            }

            if (!_metadata.TryAdd(key, reader.GetString()!))
            {
                throw Invalid($"its __metadata__ entry '{Shorten(key)}' occurs twice");
            }
        }
    }

    private SafeTensorEntry ParseEntry(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Invalid($"tensor '{Shorten(name)}' is not described by an object");
        }

        WeightDType? type = null;
        long[]? shape = null;
        (long Start, long End)? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // Compared without making strings of them: a header repeats these names once for every tensor.
            string? field = reader.ValueTextEquals("dtype"u8) ? "dtype" : reader.ValueTextEquals("shape"u8) ? "shape"
                : reader.ValueTextEquals("data_offsets"u8) ? "data_offsets" : null;
            reader.Read();
            if (field switch { "dtype" => type is not null, "shape" => shape is not null, "data_offsets" => offsets is not null,
                _ => false })
            {
                throw Invalid($"'{field}' of tensor '{Shorten(name)}' occurs twice");
            }

            switch (field)
            {
                case "dtype":
                    type = ParseType(ref reader, name);
                    break;
                case "shape":
                    shape = ParseNumbers(ref reader, name, field, MaxDimensions).ToArray();
                    break;
                case "data_offsets":
                    offsets = ParseNumbers(ref reader, name, field, most: 2) is [long first, long behind] ? (first, behind) : null;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (type is null || shape is null || offsets is not (long start, long end))
        {
            throw Invalid($"tensor '{Shorten(name)}' lacks a dtype, a shape or its two data_offsets");
        }

        CheckSize(name, type, shape, start, end);
        return new SafeTensorEntry(name, type.Scalar, shape, start, end - start);
    }

    private WeightDType ParseType(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw Invalid($"the dtype of tensor '{Shorten(name)}' is not a string");
        }

        foreach (WeightDType known in WeightDType.All)
        {
            if (reader.ValueTextEquals(known.Name))
            {
                return known;
            }
        }

        throw new InputException($"{_path} holds tensor '{Shorten(name)}' of dtype {Shorten(reader.GetString()!)}, which can't be read "
            + $"here; readable are {WeightDType.Names}.");
    }

    private ReadOnlySpan<long> ParseNumbers(ref Utf8JsonReader reader, string name, string field, int most)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Invalid($"the {field} of tensor '{Shorten(name)}' is not a list");
        }

        int count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
            {
                throw Invalid($"the {field} of tensor '{Shorten(name)}' holds something other than whole numbers from 0 to 2^63-1");
            }

            if (count == most)
            {
                throw Invalid($"the {field} of tensor '{Shorten(name)}' has more than {most} numbers");
            }

            _numbers[count++] = number;
        }

        return _numbers.AsSpan(0, count);
    }

    private InputException Invalid(string fault, Exception? inner = null) =>
        new($"The header of {_path} is not valid safetensors: {fault}.", inner);

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";
}

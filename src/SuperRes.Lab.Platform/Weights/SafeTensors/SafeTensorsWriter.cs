using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace SuperRes.Lab.Weights;

/// <summary>Lays out and writes a safetensors file, byte for byte in the reference implementation's order.</summary>
internal sealed class SafeTensorsWriter
{
    private readonly List<Item> _items = [];
    private readonly byte[] _header;

    public SafeTensorsWriter(IEnumerable<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, Tensor tensor) in tensors)
        {
            if (name == "__metadata__" || !names.Add(name))
            {
                throw new ArgumentException($"The name '{name}' {(name == "__metadata__" ? "is reserved by the format" : "occurs twice")}.",
                    nameof(tensors));
            }

            WeightDType type = WeightDType.Find(tensor.dtype)
                ?? throw new ArgumentException($"Tensor '{name}' is of type {tensor.dtype}, which can't be written to safetensors; "
                    + $"possible are {WeightDType.Names}.", nameof(tensors));
            _items.Add(new Item(name, StrictUtf8(name), tensor, type));
        }

        _items.Sort((a, b) => a.Type.Rank != b.Type.Rank ? b.Type.Rank - a.Type.Rank : a.Key.AsSpan().SequenceCompareTo(b.Key));
        _header = Header(metadata);
    }

    public void WriteTo(Stream stream)
    {
        Span<byte> length = stackalloc byte[SafeTensorsHeader.LengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, _header.Length);
        stream.Write(length);
        stream.Write(_header);
        foreach (Item item in _items)
        {
            TensorBytes.Write(item.Tensor, stream, item.Type.Size);
        }
    }

    private byte[] Header(IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    json.WriteString(StrictUtf8(key), StrictUtf8(value));
                }

                json.WriteEndObject();
            }

            long offset = 0;
            foreach (Item item in _items)
            {
                offset = WriteEntry(json, item, offset);
            }

            json.WriteEndObject();
        }

        // Padded with blanks, so that the data begins at a multiple of eight.
        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.Length <= SafeTensorsHeader.MaxBytes
            ? buffer.ToArray()
            : throw new ArgumentException($"The names and metadata take {buffer.Length} bytes; the format allows "
                + $"{SafeTensorsHeader.MaxBytes}.", nameof(metadata));
    }

    private static long WriteEntry(Utf8JsonWriter json, Item item, long offset)
    {
        long end = checked(offset + (item.Tensor.numel() * item.Type.Size));
        json.WriteStartObject(item.Key);
        json.WriteString("dtype"u8, item.Type.Name);
        json.WriteStartArray("shape"u8);
        foreach (long size in item.Tensor.shape)
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets"u8);
        json.WriteNumberValue(offset);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
        return end;
    }

    private static byte[] StrictUtf8(string text)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetBytes(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException("A name or metadata entry holds half of a surrogate pair and can't be written as UTF-8.",
                nameof(text), e);
        }
    }

    private sealed record Item(string Name, byte[] Key, Tensor Tensor, WeightDType Type);
}

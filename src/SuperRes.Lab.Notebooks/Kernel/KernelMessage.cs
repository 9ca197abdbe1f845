using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetMQ;

namespace SuperRes.Lab.Notebooks.Kernel;

/// <summary>A message of the Jupyter protocol.</summary>
/// <param name="Routing">The frames that lead an answer back to its asker; the topic on the output channel.</param>
/// <param name="Header">Type, id, session, …</param>
/// <param name="Parent">The header of the message that this one answers; empty for none.</param>
/// <param name="Content">What it says.</param>
internal sealed record KernelMessage(IReadOnlyList<byte[]> Routing, JsonObject Header, JsonObject Parent, JsonObject Content)
{
    private const string ProtocolVersion = "5.3";

    private static readonly byte[] Delimiter = "<IDS|MSG>"u8.ToArray();

    public string Type => (string?)Header["msg_type"] ?? "";

    /// <summary>Makes a message that answers another.</summary>
    public static KernelMessage Answer(KernelMessage? to, string type, JsonObject content, string session, IReadOnlyList<byte[]> routing) =>
        new(
        routing,
        new JsonObject
        {
            ["msg_id"] = Guid.NewGuid().ToString("N"),
            ["session"] = session,
            ["username"] = "kernel",
            ["date"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            ["msg_type"] = type,
            ["version"] = ProtocolVersion,
        },
        to?.Header ?? [],
        content);

    /// <summary>Reads a message; null where it is malformed or its signature is wrong, and then nobody may act on it.</summary>
    public static KernelMessage? Read(NetMQMessage frames, byte[] key)
    {
        byte[][] parts = [.. frames.Select(frame => frame.ToByteArray())];
        int start = Array.FindIndex(parts, part => part.AsSpan().SequenceEqual(Delimiter));
        if (start < 0 || parts.Length < start + 6 || !IsSigned(parts, start, key))
        {
            return null;
        }

        try
        {
            return new KernelMessage(
                parts[..start],
                JsonNode.Parse(parts[start + 2])!.AsObject(),
                JsonNode.Parse(parts[start + 3]) as JsonObject ?? [],
                JsonNode.Parse(parts[start + 5])!.AsObject());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            return null;
        }
    }

    public NetMQMessage Write(byte[] key)
    {
        byte[][] signed = [Bytes(Header), Bytes(Parent), "{}"u8.ToArray(), Bytes(Content)];
        var frames = new NetMQMessage();
        foreach (byte[] frame in (IEnumerable<byte[]>)[.. Routing, Delimiter, Encoding.ASCII.GetBytes(Signature(signed, key)), .. signed])
        {
            frames.Append(frame);
        }

        return frames;
    }

    private static bool IsSigned(byte[][] parts, int start, byte[] key)
    {
        byte[] expected = Encoding.ASCII.GetBytes(Signature(parts[(start + 2)..(start + 6)], key));
        return CryptographicOperations.FixedTimeEquals(expected, parts[start + 1]);
    }

    private static string Signature(byte[][] parts, byte[] key)
    {
        if (key.Length == 0)
        {
            return "";
        }

        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (byte[] part in parts)
        {
            hash.AppendData(part);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}

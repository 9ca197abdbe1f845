using System.Security.Cryptography;

namespace SuperRes.Lab.IO;

/// <summary>SHA-256 of files, held against a full hash or its first digits.</summary>
internal static class Sha256Check
{
    /// <summary>A file's SHA-256 in lower-case hexadecimal.</summary>
    public static string Compute(string path, CancellationToken cancellation = default)
    {
        using FileStream stream = InputFile.OpenRead(path);
        return Compute(stream, cancellation);
    }

    /// <summary>The SHA-256 of the rest of a stream, in lower-case hexadecimal.</summary>
    public static string Compute(Stream stream, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 18];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static bool Matches(string actual, string expected) => actual.StartsWith(expected, StringComparison.OrdinalIgnoreCase);

    /// <summary>The expected hash for a message: it may be the beginning alone.</summary>
    public static string Describe(string expected) => expected.Length < 64 ? $"{expected}… (its beginning)" : expected;
}

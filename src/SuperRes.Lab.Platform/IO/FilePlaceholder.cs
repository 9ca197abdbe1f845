namespace SuperRes.Lab.IO;

/// <summary>Tells files that stand in the place of others, as downloads that went wrong leave them.</summary>
internal static class FilePlaceholder
{
    /// <summary>How many bytes are looked at.</summary>
    public const int Length = 64;

    /// <summary>What a file is that stands in another's place, and what to do; null for all others.</summary>
    /// <param name="start">Its first bytes.</param>
    public static string? Of(ReadOnlySpan<byte> start)
    {
        ReadOnlySpan<byte> text = start.TrimStart("\uFEFF \t\r\n"u8);
        return start.StartsWith("version https://git-lfs"u8) ? "a Git LFS pointer and not the file itself; fetch it with \"git lfs pull\""
            : StartsWith(text, "<!doctype html"u8) || StartsWith(text, "<html"u8)
                ? "a web page and not the file itself; download it again, signed in where the site asks for it"
                : null;
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word)
        => text.Length >= word.Length && System.Text.Ascii.EqualsIgnoreCase(text[..word.Length], word);
}

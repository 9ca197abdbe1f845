namespace SuperRes.Lab.Weights;

/// <summary>Formats that a file of weights may have, by its first bytes.</summary>
internal enum WeightFormat
{
    Unknown,
    SafeTensors,
    TorchZip,
    TorchLegacy,
    TorchTar,
    Onnx,
    WebPage,
    GitLfsPointer,
}

/// <summary>Which format a file of weights has.</summary>
internal static class WeightFile
{
    /// <summary>Recognises a file's format; the stream ends at its start again.</summary>
    public static WeightFormat Recognise(Stream file)
    {
        Span<byte> start = stackalloc byte[512];
        file.Position = 0;
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        return start switch
        {
            [(byte)'P', (byte)'K', 3 or 5 or 6, 4 or 6, ..] => WeightFormat.TorchZip,
            [0x80, >= 2 and <= 5, ..] => WeightFormat.TorchLegacy,
            [_, _, _, _, _, 0, 0, 0, (byte)'{', ..] => WeightFormat.SafeTensors,
            _ when start.Length > 262 && start[257..262].SequenceEqual("ustar"u8) => WeightFormat.TorchTar,
            [8, > 0 and < 64, 0x12, ..] => WeightFormat.Onnx, // the version of its format, then the program that wrote it
            _ when start.TrimStart(" \t\r\n"u8) is [(byte)'<', ..] => WeightFormat.WebPage,
            _ when start.StartsWith("version https://git-lfs"u8) => WeightFormat.GitLfsPointer,
            _ => WeightFormat.Unknown,
        };
    }

    /// <summary>What a format is, as part of a sentence that says that the file can't be read.</summary>
    public static string Describe(WeightFormat format) => format switch
    {
        WeightFormat.SafeTensors => "it is a safetensors file; give it the extension .safetensors",
        WeightFormat.TorchZip or WeightFormat.TorchLegacy => "it is a file of torch.save; give it the extension .pth",
        WeightFormat.TorchTar => "it is a tar archive of torch before 0.1.10; save it again with a newer torch",
        WeightFormat.Onnx => "it is an ONNX file; superres weights convert makes safetensors of it",
        WeightFormat.WebPage => "it is a web page, not weights; fetch it again from the right address",
        WeightFormat.GitLfsPointer => "it is a pointer of Git LFS, not the weights themselves; run git lfs pull",
        _ => "its first bytes are those of no known format",
    };
}

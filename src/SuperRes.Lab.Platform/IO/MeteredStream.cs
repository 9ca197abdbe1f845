namespace SuperRes.Lab.IO;

/// <summary>A seekable stream whose reads are counted as long as somebody listens; the stream below stays open.</summary>
internal sealed class MeteredStream(Stream stream) : ForwardStream
{
    /// <summary>Receives how many bytes each read gave; may throw to end the reading. Null for none.</summary>
    public Action<int>? OnRead { get; set; }

    public override bool CanSeek => true;

    public override long Length => stream.Length;

    public override long Position
    {
        get => stream.Position;
        set => stream.Position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        int read = stream.Read(buffer);
        OnRead?.Invoke(read);
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => stream.Seek(offset, origin);
}

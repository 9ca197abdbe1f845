using System.Runtime.ExceptionServices;
using NetVips;

namespace SuperRes.Lab.Imaging;

/// <summary>A stream that libvips writes to; what the stream throws is kept, and bytes can be put in at a place.</summary>
internal sealed class StreamTarget : IDisposable
{
    private readonly TargetCustom _target = new();
    private readonly Stream _stream;
    private readonly byte[] _inserted;
    private ExceptionDispatchInfo? _failure;
    private long _written;

    public StreamTarget(Stream stream, byte[] inserted, int at)
    {
        (_stream, _inserted) = (stream, inserted);
        _target.OnWrite += (buffer, length) => (int)Try(() =>
        {
            int header = (int)Math.Clamp(at - _written, 0, length);
            if (_inserted.Length > 0 && header > 0 && header + _written == at)
            {
                _stream.Write(buffer, 0, header);
                _stream.Write(_inserted);
                _stream.Write(buffer, header, length - header);
            }
            else
            {
                _stream.Write(buffer, 0, length);
            }

            _written += length;
            return length;
        });
        _target.OnRead += (buffer, length) => (int)Try(() => _stream.Read(buffer, 0, length));
        _target.OnSeek += (offset, origin) => Try(() => _stream.Seek(offset, origin));
    }

    public Target Target => _target;

    /// <summary>Throws what the stream threw, if it did.</summary>
    public void Rethrow() => _failure?.Throw();

    public void Dispose() => _target.Dispose();

    private long Try(Func<long> act)
    {
        try
        {
            return act();
        }
        catch (Exception e)
        {
            _failure ??= ExceptionDispatchInfo.Capture(e);
            return -1;
        }
    }
}

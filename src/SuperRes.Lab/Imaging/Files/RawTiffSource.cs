using NetVips;

namespace SuperRes.Lab.Imaging;

/// <summary>Rows of pixels from a stream as a file that libvips reads: a header that is seen again and again, and rows once.</summary>
internal sealed class RawTiffSource : IDisposable
{
    private readonly SourceCustom _source = new();
    private readonly byte[] _header;
    private readonly Stream _rows;
    private readonly long _length;
    private long _at;
    private long _taken;

    public RawTiffSource(Stream rows, int width, int height, int channels, int bits, bool bigEndian)
    {
        Vips.Initialize();
        (_rows, _header) = (rows, RawTiff.Header(width, height, channels, bits, bigEndian));
        _length = _header.Length + ((long)width * height * channels * bits / 8);
        _source.OnRead += Read;
        _source.OnSeek += (offset, origin)
            => _at = offset + (origin == SeekOrigin.Begin ? 0 : origin == SeekOrigin.Current ? _at : _length);
    }

    /// <summary>What the stream threw, which libvips does not carry.</summary>
    public Exception? Failure { get; private set; }

    public Image Open() => Image.TiffloadSource(_source, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error, unlimited: true);

    public void Dispose() => _source.Dispose();

    private int Read(byte[] buffer, int length)
    {
        try
        {
            int read;
            if (_at < _header.Length)
            {
                read = (int)Math.Min(length, _header.Length - _at);
                _header.AsSpan((int)_at, read).CopyTo(buffer);
            }
            else if (_at == _header.Length + _taken)
            {
                read = _rows.Read(buffer, 0, (int)Math.Min(length, _length - _at));
                _taken += read;
            }
            else
            {
                return -1; // rows are gone once they are taken
            }

            _at += read;
            return read;
        }
        catch (Exception e)
        {
            Failure = e;
            return -1;
        }
    }
}

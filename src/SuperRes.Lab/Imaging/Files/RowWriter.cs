using System.Buffers;
using System.Collections.Concurrent;
using NetVips;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Imaging;

/// <summary>
/// Writes an image while its rows are made: a thread of its own encodes what is there, so that neither the picture nor the file is in
/// memory as a whole where the format allows that (<see cref="ImageFormats.TakesRows"/>).
/// </summary>
internal sealed class RowWriter : IDisposable
{
    private readonly RowPipe _pipe = new();
    private readonly Task _encoding;
    private readonly bool _swaps;

    /// <param name="file">Receives the file.</param>
    /// <param name="format">What it becomes (<see cref="ImageFormats"/>).</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</param>
    /// <param name="bits">8 or 16 per channel.</param>
    /// <param name="metadata">What stands beside the pixels.</param>
    /// <param name="quality">1–100, for lossy formats.</param>
    public RowWriter(
        Stream file, string format, int width, int height, int channels, int bits, ImageMetadata metadata, int quality)
    {
        _swaps = format == "PPM" && bits == 16;
        _encoding = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    if (format == "PPM")
                    {
                        file.Write(PixmapRows.Header(width, height, channels, bits));
                        _pipe.CopyTo(file);
                        return;
                    }

                    using var source = new RawTiffSource(_pipe, width, height, channels, bits, bigEndian: false);
                    using Image image = source.Open();
                    ImageSaver.Save(image, file, format, metadata, quality);
                }
                finally
                {
                    _pipe.StopReading();
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Adds rows: their channels' values, 16-bit ones low byte first.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void Write(ReadOnlySpan<byte> rows)
    {
        // Not a new array for each: those of a wide picture would pile up between collections.
        byte[] own = ArrayPool<byte>.Shared.Rent(rows.Length);
        rows.CopyTo(own);
        for (int i = 0; _swaps && i < rows.Length; i += 2)
        {
            (own[i], own[i + 1]) = (own[i + 1], own[i]);
        }

        if (!_pipe.Add(new(own, 0, rows.Length)))
        {
            Finish();
        }
    }

    /// <summary>Waits for the file's end.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void Finish()
    {
        _pipe.End();
        _encoding.GetAwaiter().GetResult();
    }

    /// <summary>Ends the work, whether or not the rows were complete; the stream stays open.</summary>
    public void Dispose()
    {
        _pipe.End();
        ((IAsyncResult)_encoding).AsyncWaitHandle.WaitOne();
        _ = _encoding.Exception; // whoever calls Finish is told
        _pipe.Dispose();
    }

    /// <summary>Rows on their way from the thread that makes them to the one that encodes them.</summary>
    private sealed class RowPipe : ForwardStream
    {
        private const int Waiting = 4;
        private readonly BlockingCollection<ArraySegment<byte>> _rows = new(Waiting);
        private readonly CancellationTokenSource _stopped = new();
        private ArraySegment<byte> _current = ArraySegment<byte>.Empty;
        private int _taken;

        /// <summary>False where nobody reads any more.</summary>
        public bool Add(ArraySegment<byte> rows)
        {
            try
            {
                _rows.Add(rows, _stopped.Token);
                return true;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }

        public void End() => _rows.CompleteAdding();

        public void StopReading() => _stopped.Cancel();

        public override int Read(Span<byte> buffer)
        {
            while (_taken == _current.Count)
            {
                if (_current.Count > 0)
                {
                    ArrayPool<byte>.Shared.Return(_current.Array!);
                    (_current, _taken) = (ArraySegment<byte>.Empty, 0);
                }

                if (!_rows.TryTake(out ArraySegment<byte> next, Timeout.Infinite))
                {
                    return 0;
                }

                (_current, _taken) = (next, 0);
            }

            int count = Math.Min(buffer.Length, _current.Count - _taken);
            _current.AsSpan(_taken, count).CopyTo(buffer);
            _taken += count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _rows.Dispose();
                _stopped.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

using SuperRes.Lab.IO;

namespace SuperRes.Lab.Datasets;

/// <summary>Turns byte counts into progress reports, at most ten a second.</summary>
internal sealed class DownloadMeter(DownloadRequest request, Action<DownloadProgress>? report, TimeProvider time, long alreadyThere)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly RateMeter _meter = new(time);
    private long _lastReport;
    private long _start = alreadyThere;

    public void Report(long received, long? total)
    {
        if (report is not null && (_lastReport == 0 || time.GetElapsedTime(_lastReport) >= Interval))
        {
            _lastReport = time.GetTimestamp();
            Send(received, total);
        }
    }

    public void Complete(long size) => Send(size, size);

    private void Send(long received, long? total)
    {
        // A server that ignores the range starts over; the rate then counts from there.
        _start = Math.Min(_start, received);
        long came = received - _start;
        TimeSpan? remaining = total is { } all ? _meter.Remaining(came, all - received) : null;
        report?.Invoke(new DownloadProgress(Path.GetFileName(request.Path), received, total, _meter.Rate(came), remaining));
    }
}

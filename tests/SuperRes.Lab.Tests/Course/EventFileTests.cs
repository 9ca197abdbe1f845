using System.Buffers.Binary;
using SuperRes.Lab.Course;
using SuperRes.Lab.Imaging;
using Tensorboard;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Course;

public sealed class EventFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MaskedCrc_KnownText_IsTheFormats()
    {
        // CRC-32C of "123456789" is e3069283 (RFC 3720); the mask turns it by 15 bits and adds a282ead8.
        uint crc = 0xe3069283;
        Assert.Equal(unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8), EventFile.MaskedCrc("123456789"u8));
    }

    [Fact]
    public void Write_ScalarPictureHistogram_ReadsBack()
    {
        using (var file = new EventFile(_folder.Path, firstStep: 7))
        {
            file.Scalar("loss", 0.25, 8);
            file.Picture("sample", new RgbImage(4, 3), 9);
            using Tensor values = linspace(0, 1, 81);
            file.Histogram("weights", values, 10);
        }

        List<Event> events = Read(Assert.Single(Directory.GetFiles(_folder.Path)));
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.Equal((SessionLog.Types.SessionStatus.Start, 7L), (events[1].SessionLog.Status, events[1].Step));
        Assert.Equal(("loss", 0.25f, 8L), (events[2].Summary.Value[0].Tag, events[2].Summary.Value[0].SimpleValue, events[2].Step));
        Assert.Equal((4, 3), (events[3].Summary.Value[0].Image.Width, events[3].Summary.Value[0].Image.Height));
        Assert.Equal((4, 3), (ImageCodec.Decode(events[3].Summary.Value[0].Image.EncodedImageString.ToByteArray(), "picture").Width, 3));
        HistogramProto histogram = events[4].Summary.Value[0].Histo;
        Assert.Equal((0.0, 1.0, 81.0), (histogram.Min, histogram.Max, histogram.Num));
        Assert.Equal(40.5, histogram.Sum, 1e-4);
        Assert.Equal(81, histogram.Bucket.Sum());
        Assert.All(histogram.Bucket, count => Assert.InRange(count, 1, 4));
        Assert.InRange(
            DateTimeOffset.FromUnixTimeSeconds((long)events[2].WallTime), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);
    }

    [Fact]
    public void Open_SecondFile_SortsBehindTheFirst()
    {
        using (new EventFile(_folder.Path, 1))
        {
        }

        string first = Assert.Single(Directory.GetFiles(_folder.Path));
        using (new EventFile(_folder.Path, 1))
        {
        }

        Assert.Equal(first, Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal).First());
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    /// <summary>The records of a file, with their checksums held.</summary>
    private static List<Event> Read(string path)
    {
        var events = new List<Event>();
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
        while (rest.Length > 0)
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(rest);
            Assert.Equal(EventFile.MaskedCrc(rest[..8]), BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]));
            ReadOnlySpan<byte> data = rest.Slice(12, length);
            Assert.Equal(EventFile.MaskedCrc(data), BinaryPrimitives.ReadUInt32LittleEndian(rest[(12 + length)..]));
            events.Add(Event.Parser.ParseFrom(data.ToArray()));
            rest = rest[(16 + length)..];
        }

        return events;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Degradations;

/// <summary>
/// A reusable picture of four bytes per pixel (R, G, B and 255), the layout that vector instructions and Skia work on without a
/// conversion. Its array is pinned, so that native code may hold its address.
/// </summary>
public sealed class Canvas
{
    private byte[] _bytes = [];

    internal Canvas()
    {
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; private set; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; private set; }

    /// <summary>height × width × 4 bytes: R, G, B, 255.</summary>
    public Span<byte> Bytes => _bytes.AsSpan(0, Width * Height * 4);

    /// <summary>height × width pixels, R in the lowest byte, 255 in the highest.</summary>
    public Span<uint> Pixels => MemoryMarshal.Cast<byte, uint>(Bytes);

    /// <summary>Address of the first pixel, for native code; stays valid while the canvas lives.</summary>
    public IntPtr Address => Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0);

    /// <summary>Gives the canvas a size; what it showed is lost.</summary>
    internal void SetSize(int width, int height)
    {
        (Width, Height) = (width, height);
        if (_bytes.Length < width * height * 4)
        {
            _bytes = GC.AllocateUninitializedArray<byte>(width * height * 4, pinned: true);
        }
    }

    internal void CopyFrom(Canvas other)
    {
        SetSize(other.Width, other.Height);
        other.Bytes.CopyTo(Bytes);
    }

    internal void CopyFrom(PhotoView photo)
    {
        SetSize(photo.Width, photo.Height);
        ExpandRow(photo.Pixels, Pixels);
    }

    internal RgbImage ToImage()
    {
        var image = new RgbImage(Width, Height);
        ReadOnlySpan<byte> from = Bytes;
        byte[] to = image.Pixels;
        for (int i = 0, j = 0; j < to.Length; i += 4, j += 3)
        {
            (to[j], to[j + 1], to[j + 2]) = (from[i], from[i + 1], from[i + 2]);
        }

        return image;
    }

    /// <summary>Writes 3 × height × width floats in 0–1, the planes one after another.</summary>
    internal void WritePlanes(Span<float> planes)
    {
        int count = Width * Height;
        ReadOnlySpan<uint> pixels = Pixels;
        Span<float> r = planes[..count], g = planes.Slice(count, count), b = planes.Slice(2 * count, count);
        int i = 0;
        var mask = Vector256.Create(0xFFu);
        for (; i <= count - 8; i += 8)
        {
            Vector256<uint> p = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(pixels), (nuint)i);
            Store(p & mask, r, i);
            Store((p >>> 8) & mask, g, i);
            Store((p >>> 16) & mask, b, i);
        }

        for (; i < count; i++)
        {
            uint p = pixels[i];
            (r[i], g[i], b[i]) = ((p & 0xFF) / 255f, ((p >> 8) & 0xFF) / 255f, ((p >> 16) & 0xFF) / 255f);
        }
    }

    /// <summary>Three bytes per pixel become four.</summary>
    internal static void ExpandRow(ReadOnlySpan<byte> from, Span<uint> to)
    {
        // Every read but the last takes four bytes, of which one belongs to the next pixel.
        int last = to.Length - 1;
        ref byte source = ref MemoryMarshal.GetReference(from);
        for (int i = 0; i < last; i++)
        {
            to[i] = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref source, i * 3)) | 0xFF000000;
        }

        to[last] = from[last * 3] | ((uint)from[(last * 3) + 1] << 8) | ((uint)from[(last * 3) + 2] << 16) | 0xFF000000;
    }

    private static void Store(Vector256<uint> values, Span<float> plane, int offset) =>
        (Vector256.ConvertToSingle(values.AsInt32()) / 255f).StoreUnsafe(ref MemoryMarshal.GetReference(plane), (nuint)offset);
}

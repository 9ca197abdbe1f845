using SuperRes.Lab.Degradations;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Photos;

/// <summary>Photos by index, as a loader reads them: a folder, a pair cache, or pictures in memory. Safe for use by many threads.</summary>
public abstract class PhotoSource
{
    /// <summary>Number of photos.</summary>
    public abstract int Count { get; }

    /// <summary>The photo's name in messages.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <returns>A path or a name.</returns>
    public abstract string NameOf(int index);

    /// <summary>The photo's size without decoding it.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <returns>Width and height in pixels.</returns>
    public abstract (int Width, int Height) SizeOf(int index);

    /// <summary>The photo.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <returns>A picture of the size that <see cref="SizeOf"/> gives.</returns>
    /// <exception cref="InputException">The photo can't be read, or changed since it was listed.</exception>
    public abstract RgbImage Read(int index);

    /// <summary>Photos whose data changed under a running training; called between epochs.</summary>
    /// <exception cref="InputException">One changed, is gone or is new; the message names it.</exception>
    public virtual void CheckUnchanged()
    {
    }

    /// <summary>Whether a photo is another than when it was listed; distinguishes a broken photo from a changed one.</summary>
    internal virtual bool HasChanged(int index) => false;

    /// <summary>Lets a reader look at a photo's pixels where they lie.</summary>
    internal virtual void View<TState>(int index, TState state, PhotoReader<TState> reader)
        where TState : allows ref struct => reader(Read(index), state);
}

/// <summary>Looks at a photo's pixels, which stay valid during the call alone.</summary>
internal delegate void PhotoReader<in TState>(PhotoView photo, TState state)
    where TState : allows ref struct;

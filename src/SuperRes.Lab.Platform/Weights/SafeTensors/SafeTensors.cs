using SuperRes.Lab.IO;
using static TorchSharp.torch;

namespace SuperRes.Lab.Weights;

/// <summary>
/// A safetensors file, opened for reading. The file is mapped into memory: a tensor that is read shares its pages with the file
/// and costs no memory of its own until it is written to, which changes the tensor alone and never the file.
/// </summary>
/// <remarks>
/// Tensors stay valid after the file is closed here. While they live, the file may be replaced (a rename over it, as
/// <see cref="AtomicFile"/> does; Windows refuses that until they are disposed), but it must not be cut short in place. Source of the
/// format: github.com/huggingface/safetensors.
/// </remarks>
public sealed class SafeTensors : IDisposable
{
    private readonly string _path;
    private readonly SafeTensorsHeader _header;
    private readonly Dictionary<ScalarType, Tensor> _maps = [];
    private readonly Lock _lock = new();
    private readonly FileStream _file;
    private readonly DateTime _writtenAt;
    private bool _mappable = true;

    private SafeTensors(string path, FileStream file)
    {
        (_path, _file) = (path, file);
        _writtenAt = File.GetLastWriteTimeUtc(path);
        _header = SafeTensorsHeader.Read(file, file.Length, path);
    }

    /// <summary>The file's free-text entries.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Its tensors, in the order of their bytes.</summary>
    public IReadOnlyList<SafeTensorEntry> Entries => _header.Entries;

    /// <summary>Opens a file and checks its header; no tensor is read yet.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The open file; dispose it.</returns>
    /// <exception cref="InputException">The file is missing, can't be read or is not a valid safetensors file.</exception>
    public static SafeTensors Open(string path)
    {
        FileStream file = InputFile.OpenRead(path);
        try
        {
            return new SafeTensors(path, file);
        }
        catch (IOException e)
        {
            file.Dispose();
            throw new InputException($"{path} can't be read: {e.Message.TrimEnd('.')}.", e);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads one tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>A new tensor on the CPU, of the file's shape and type; the caller disposes it.</returns>
    /// <exception cref="InputException">The file has no such tensor, or changed since it was opened.</exception>
    public Tensor Read(string name)
    {
        if (_header.Find(name) is not { } entry)
        {
            throw new InputException($"{_path} has no tensor '{name}'; it has {Entries.Count}, such as "
                + $"{string.Join(", ", Entries.Take(3).Select(e => $"'{e.Name}'"))}.");
        }

        ObjectDisposedException.ThrowIf(!_file.CanRead, this);
        long[] shape = [.. entry.Shape];
        try
        {
            // A bool that is neither 0 nor 1 would be undefined in torch, so these bytes are compared, not shared.
            return entry switch
            {
                { ByteCount: 0 } => empty(shape, entry.ElementType),
                { ElementType: ScalarType.Bool } => ReadBool(entry, shape),
                _ => TryView(entry, entry.ElementType, shape) ?? Copy(entry, entry.ElementType, shape),
            };
        }
        catch (Exception e) when (e is IOException or System.Runtime.InteropServices.ExternalException)
        {
            throw new InputException($"Tensor '{name}' of {_path} can't be read: {e.Message.Split('\n')[0].TrimEnd('.')}.", e);
        }
    }

    /// <summary>Reads every tensor.</summary>
    /// <returns>New tensors on the CPU by name, in the file's order; the caller disposes them.</returns>
    /// <exception cref="InputException">The file changed since it was opened.</exception>
    public IReadOnlyDictionary<string, Tensor> ReadAll()
    {
        var tensors = new OrderedDictionary<string, Tensor>(Entries.Count, StringComparer.Ordinal);
        try
        {
            foreach (SafeTensorEntry entry in Entries)
            {
                tensors.Add(entry.Name, Read(entry.Name));
            }
        }
        catch
        {
            foreach (Tensor tensor in tensors.Values)
            {
                tensor.Dispose();
            }

            throw;
        }

        return tensors;
    }

    /// <summary>Writes a file aside and gives it its name when it is complete.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="tensors">Names and tensors, of any strides and on any device; each is read only when its turn comes.</param>
    /// <param name="metadata">Free text to store with them.</param>
    /// <exception cref="InputException">The file can't be written.</exception>
    /// <exception cref="ArgumentException">A name occurs twice or is reserved, or the format has no such element type.</exception>
    public static void Write(
        string path, IEnumerable<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var writer = new SafeTensorsWriter(tensors, metadata);
        AtomicFile.Write(path, writer.WriteTo);
    }

    /// <summary>Closes the file; tensors read from it live on.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (Tensor map in _maps.Values)
            {
                map.Dispose();
            }

            _maps.Clear();
            _file.Dispose();
        }
    }

    private Tensor ReadBool(SafeTensorEntry entry, long[] shape)
    {
        using Tensor bytes = TryView(entry, ScalarType.Byte, shape) ?? Copy(entry, ScalarType.Byte, shape);
        return bytes.ne(0);
    }

    /// <summary>A view of the mapped file, where the tensor's bytes are aligned for its elements.</summary>
    private Tensor? TryView(SafeTensorEntry entry, ScalarType type, long[] shape)
    {
        int size = WeightDType.Find(type)!.Size;
        long start = _header.DataStart + entry.Offset;
        if (start % size != 0 || Map(type, size) is not { } map)
        {
            return null;
        }

        using Tensor part = map.narrow(0, start / size, entry.ByteCount / size);
        return part.view(shape);
    }

    /// <summary>The whole file as one row of elements. Torch maps it privately: reads come from the file, writes stay in memory.</summary>
    private Tensor? Map(ScalarType type, int size)
    {
        lock (_lock)
        {
            if (_maps.TryGetValue(type, out Tensor? map) || !_mappable)
            {
                return map;
            }

            try
            {
                map = from_file(Path.GetFullPath(_path), shared: false, size: _file.Length / size, dtype: type).DetachFromDisposeScope();
            }
            catch (System.Runtime.InteropServices.ExternalException)
            {
                // Some file systems can't map; there the tensors are copied through the open file.
                _mappable = false;
                return null;
            }

            // Torch opens the path anew, and another file may have taken its place since.
            var now = new FileInfo(_path);
            if (!now.Exists || now.Length != _file.Length || now.LastWriteTimeUtc != _writtenAt)
            {
                map.Dispose();
                _mappable = false;
                return null;
            }

            return _maps[type] = map;
        }
    }

    private Tensor Copy(SafeTensorEntry entry, ScalarType type, long[] shape)
    {
        Tensor tensor = empty(shape, type);
        try
        {
            lock (_lock)
            {
                _file.Position = _header.DataStart + entry.Offset;
                TensorBytes.Read(tensor, _file, WeightDType.Find(type)!.Size);
            }

            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }
}

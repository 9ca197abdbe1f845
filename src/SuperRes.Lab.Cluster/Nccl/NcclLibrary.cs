using System.Runtime.InteropServices;

namespace SuperRes.Lab.Cluster;

/// <summary>The NCCL that torch's CUDA build has loaded, or the system's. Not run yet: there was no machine with several GPUs.</summary>
internal sealed unsafe class NcclLibrary : INccl
{
    private static readonly string[] Names = ["libnccl.so.2", "libnccl.so"];
    private static readonly string[] RuntimeNames = ["libcudart.so.13", "libcudart.so.12", "libcudart.so"];
    private readonly delegate* unmanaged<NcclId*, int> _getUniqueId;
    private readonly delegate* unmanaged<nint*, int, NcclId, int, int> _commInitRank;
    private readonly delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int> _allReduce;
    private readonly delegate* unmanaged<nint, int> _commDestroy;
    private readonly delegate* unmanaged<int, byte*> _getErrorString;
    private readonly delegate* unmanaged<int, int> _setDevice;

    private NcclLibrary(nint nccl, nint runtime)
    {
        _getUniqueId = (delegate* unmanaged<NcclId*, int>)NativeLibrary.GetExport(nccl, "ncclGetUniqueId");
        _commInitRank = (delegate* unmanaged<nint*, int, NcclId, int, int>)NativeLibrary.GetExport(nccl, "ncclCommInitRank");
        _allReduce = (delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int>)NativeLibrary.GetExport(nccl, "ncclAllReduce");
        _commDestroy = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(nccl, "ncclCommDestroy");
        _getErrorString = (delegate* unmanaged<int, byte*>)NativeLibrary.GetExport(nccl, "ncclGetErrorString");
        _setDevice = (delegate* unmanaged<int, int>)NativeLibrary.GetExport(runtime, "cudaSetDevice");
    }

    /// <summary>Loads NCCL.</summary>
    /// <param name="named">Its file; null for the usual names, also beside torch's own libraries.</param>
    /// <returns>The library; null where there is none.</returns>
    public static NcclLibrary? Find(string? named = null)
    {
        string[] names = named is null ? Names : [named];
        return TryLoad(names, out nint nccl) && TryLoad(named is null ? RuntimeNames : [named, .. RuntimeNames], out nint runtime)
            ? new NcclLibrary(nccl, runtime) : null;
    }

    /// <inheritdoc/>
    public int GetUniqueId(out NcclId id)
    {
        fixed (NcclId* place = &id)
        {
            return _getUniqueId(place);
        }
    }

    /// <inheritdoc/>
    public int CommInitRank(out nint communicator, int size, in NcclId id, int rank)
    {
        fixed (nint* place = &communicator)
        {
            return _commInitRank(place, size, id, rank);
        }
    }

    /// <inheritdoc/>
    public int AllReduce(nint send, nint receive, nuint count, int type, int operation, nint communicator, nint stream) =>
        _allReduce(send, receive, count, type, operation, communicator, stream);

    /// <inheritdoc/>
    public int CommDestroy(nint communicator) => _commDestroy(communicator);

    /// <inheritdoc/>
    public string ErrorOf(int result) => Marshal.PtrToStringUTF8((nint)_getErrorString(result)) ?? "unknown";

    /// <inheritdoc/>
    public int SetDevice(int device) => _setDevice(device);

    private static bool TryLoad(string[] names, out nint library)
    {
        library = 0;
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, typeof(NcclLibrary).Assembly, null, out library))
            {
                return true;
            }
        }

        return false;
    }
}

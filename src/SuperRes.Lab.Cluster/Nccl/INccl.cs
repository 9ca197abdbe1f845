namespace SuperRes.Lab.Cluster;

/// <summary>
/// The functions of NCCL that a training needs, with its own argument order (docs.nvidia.com/deeplearning/nccl, API, version 2). Each gives
/// back 0 (<c>ncclSuccess</c>) or an error.
/// </summary>
internal interface INccl
{
    /// <summary><c>ncclGetUniqueId</c>: one rank calls it, all others are given the result.</summary>
    int GetUniqueId(out NcclId id);

    /// <summary><c>ncclCommInitRank</c>: all ranks call it, each with its GPU as the current one; it waits for all.</summary>
    int CommInitRank(out nint communicator, int size, in NcclId id, int rank);

    /// <summary><c>ncclAllReduce</c>: sums; one address for both buffers sums in place. It comes back before the GPU is done.</summary>
    int AllReduce(nint send, nint receive, nuint count, int type, int operation, nint communicator, nint stream);

    /// <summary><c>ncclCommDestroy</c>.</summary>
    int CommDestroy(nint communicator);

    /// <summary><c>ncclGetErrorString</c>.</summary>
    string ErrorOf(int result);

    /// <summary><c>cudaSetDevice</c>: the GPU of the calling thread.</summary>
    int SetDevice(int device);
}

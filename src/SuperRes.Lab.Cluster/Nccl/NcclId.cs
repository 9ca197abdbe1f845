using System.Runtime.CompilerServices;

namespace SuperRes.Lab.Cluster;

/// <summary>What all ranks of a communicator are given: NCCL's <c>ncclUniqueId</c>, 128 bytes.</summary>
[InlineArray(Length)]
internal struct NcclId
{
    /// <summary>NCCL_UNIQUE_ID_BYTES.</summary>
    public const int Length = 128;

    private byte _first;
}

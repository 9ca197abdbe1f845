using System.Runtime.InteropServices;
using SuperRes.Lab.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Cluster;

/// <summary>
/// Ranks that each compute on a GPU: tensors there are summed by NCCL without leaving the GPUs, all else by other ranks (MPI), which carry
/// NCCL's id too. Written after NCCL's documentation and tested with a library that records its calls; not run on GPUs yet.
/// </summary>
internal sealed partial class NcclRanks : IRanks, IDisposable
{
    private const int Sum32 = 7, Sum64 = 8, Add = 0; // ncclFloat32, ncclFloat64, ncclSum

    // Torch's work is on the legacy default stream unless a program says otherwise: a sum there waits for what came before, and what comes
    // after waits for the sum.
    private const nint DefaultStream = 0;

    private readonly INccl _nccl;
    private readonly IRanks _ranks;
    private readonly nint _communicator;

    private NcclRanks(INccl nccl, IRanks ranks, nint communicator) => (_nccl, _ranks, _communicator) = (nccl, ranks, communicator);

    /// <inheritdoc/>
    public int Rank => _ranks.Rank;

    /// <inheritdoc/>
    public int Size => _ranks.Size;

    /// <summary>Where a tensor's values lie; replaced by tests, whose tensors lie in memory.</summary>
    internal Func<Tensor, bool> IsOnGpu { get; init; } = tensor => tensor.device_type == DeviceType.CUDA;

    /// <summary>Joins the GPUs of some ranks; all of them call it.</summary>
    /// <param name="nccl">The library.</param>
    /// <param name="ranks">The ranks.</param>
    /// <param name="device">This rank's GPU; no two ranks of a machine have the same.</param>
    /// <param name="isOnGpu">Which tensors lie on GPUs; null for the device that they name.</param>
    /// <exception cref="InvalidOperationException">NCCL failed.</exception>
    public static NcclRanks Join(INccl nccl, IRanks ranks, int device, Func<Tensor, bool>? isOnGpu = null)
    {
        NcclId id = default;
        int result = ranks.Leads() ? nccl.GetUniqueId(out id) : 0;
        ranks.Broadcast(MemoryMarshal.AsBytes(new Span<NcclId>(ref id)));
        Check(nccl, "ncclGetUniqueId", result);
        if (nccl.SetDevice(device) is var set and not 0)
        {
            throw new InvalidOperationException($"cudaSetDevice({device}) failed with CUDA's error {set}.");
        }

        Check(nccl, "ncclCommInitRank", nccl.CommInitRank(out nint communicator, ranks.Size, id, ranks.Rank));
        return isOnGpu is null ? new(nccl, ranks, communicator) : new(nccl, ranks, communicator) { IsOnGpu = isOnGpu };
    }

    /// <inheritdoc/>
    public void Sum(Span<float> values) => _ranks.Sum(values);

    /// <inheritdoc/>
    public void Sum(Span<double> values) => _ranks.Sum(values);

    /// <inheritdoc/>
    public void Broadcast(Span<byte> bytes) => _ranks.Broadcast(bytes);

    /// <inheritdoc/>
    public void Sum(Tensor values)
    {
        if (!IsOnGpu(values) || values.dtype is not (ScalarType.Float32 or ScalarType.Float64) || !values.is_contiguous())
        {
            _ranks.Sum(values);
            return;
        }

        nint data = AddressOf(values.Handle);
        Check(_nccl, "ncclAllReduce", _nccl.AllReduce(
            data, data, (nuint)values.numel(), values.dtype == ScalarType.Float32 ? Sum32 : Sum64, Add, _communicator, DefaultStream));
        GC.KeepAlive(values);
    }

    /// <inheritdoc/>
    public void Dispose() => _ = _nccl.CommDestroy(_communicator);

    private static void Check(INccl nccl, string function, int result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"{function} failed: {nccl.ErrorOf(result)} ({result}); NCCL_DEBUG=INFO says more.");
        }
    }

    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    private static partial nint AddressOf(nint tensor);
}

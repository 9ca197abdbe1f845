using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using SuperRes.Lab.Cluster;
using SuperRes.Lab.Distributed;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Distributed;

/// <summary>What NCCL is asked for, by a library that records its calls: no GPU is here.</summary>
public sealed class NcclRanksTests
{
    [Fact]
    public void Sum_TensorsOnGpus_IsAskedOfNcclInPlaceAndTheRestOfTheOtherRanks()
    {
        var calls = new ConcurrentBag<string>();

        float[][] found = ThreadRanks.Run(2, ranks =>
        {
            var nccl = new Recorder(calls);
            using Tensor onGpu = tensor([1f, 2f, 3f]) + ranks.Rank, exact = tensor([1.5, 2.5]), onHost = tensor([10f]);
            using (var gpus = NcclRanks.Join(nccl, ranks, device: ranks.Rank, tensor => tensor.numel() > 1))
            {
                IRanks all = gpus;
                all.Sum(onGpu);
                all.Sum(exact);
                all.Sum(onHost);
            }

            return onHost.data<float>().ToArray();
        });

        Assert.All(found, host => Assert.Equal([20f], host));
        Assert.Equal(
            [
                "0: destroy 100", "0: device 0", "0: init 0 of 2, id 42", "0: sum 2 of type 8 by 0 on 100, stream 0, from 1.5",
                "0: sum 3 of type 7 by 0 on 100, stream 0, from 1", "1: destroy 101", "1: device 1", "1: init 1 of 2, id 42",
                "1: sum 2 of type 8 by 0 on 101, stream 0, from 1.5", "1: sum 3 of type 7 by 0 on 101, stream 0, from 2", "id",
            ],
            calls.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Join_NcclFails_SaysWhichFunctionAndWhy() => Assert.Equal(
        "ncclCommInitRank failed: two ranks on one GPU (5); NCCL_DEBUG=INFO says more.",
        Assert.Throws<InvalidOperationException>(() => NcclRanks.Join(new Recorder([]) { InitResult = 5 }, Ranks.One, 0)).Message);

    private sealed class Recorder(ConcurrentBag<string> calls) : INccl
    {
        private int _rank;

        public int InitResult { get; init; }

        public int GetUniqueId(out NcclId id)
        {
            calls.Add("id");
            id = default;
            id[NcclId.Length - 1] = 42;
            return 0;
        }

        public int CommInitRank(out nint communicator, int size, in NcclId id, int rank)
        {
            (_rank, communicator) = (rank, 100 + rank);
            calls.Add($"{rank}: init {rank} of {size}, id {id[NcclId.Length - 1]}");
            return InitResult;
        }

        public int AllReduce(nint send, nint receive, nuint count, int type, int operation, nint communicator, nint stream)
        {
            Assert.Equal(send, receive);
            byte[] first = new byte[8];
            Marshal.Copy(send, first, 0, first.Length);
            double value = type == 7 ? BitConverter.ToSingle(first) : BitConverter.ToDouble(first);
            calls.Add($"{_rank}: sum {count} of type {type} by {operation} on {communicator}, stream {stream}, from {value}");
            return 0;
        }

        public int CommDestroy(nint communicator)
        {
            calls.Add($"{_rank}: destroy {communicator}");
            return 0;
        }

        public string ErrorOf(int result) => "two ranks on one GPU";

        public int SetDevice(int device)
        {
            calls.Add($"{device}: device {device}");
            return 0;
        }
    }
}

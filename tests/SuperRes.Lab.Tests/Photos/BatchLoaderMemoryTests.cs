using SuperRes.Lab.Degradations;
using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Tests.Photos;

/// <summary>Looks at the whole process's memory, so no other test may run beside it.</summary>
[Collection("counts tensors and random numbers")]
public sealed class BatchLoaderMemoryTests
{
    [Fact]
    public void Memory_OverTenThousandBatches_StaysFlat()
    {
        PhotoSource photos = TestPhotos.Source([.. Enumerable.Range(0, 8).Select(i => TestPhotos.Make(i))]);
        BatchLoaderOptions options = new() { BatchSize = 4, CropSize = 32, Workers = 2, SamplesPerImage = 100 };
        using var loader = new BatchLoader(photos, DegradationPresets.Find("all"), options);
        Pass(1000);
        long managed = GC.GetTotalMemory(forceFullCollection: true), all = Environment.WorkingSet;

        Pass(10_000);

        // A leak of one batch's bytes each time would be 250 MB.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - managed, long.MinValue, 50_000_000);
        Assert.InRange(Environment.WorkingSet - all, long.MinValue, 150_000_000);

        void Pass(int batches)
        {
            for (int i = 0; i < batches; i++)
            {
                loader.Next(TestContext.Current.CancellationToken).Dispose();
            }
        }
    }
}

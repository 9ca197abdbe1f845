using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;

namespace SuperRes.Lab.Tests.Web;

/// <summary>Many uploads, good and bad, while clients cancel at random: nothing breaks, nothing stays.</summary>
// Alone: the memory of other tests would count.
[Collection("counts tensors and random numbers")]
public sealed class ServeSoakTests
{
    [Fact]
    public async Task Uploads_TwoHundredAtOnce_AreTakenOrTurnedAway()
    {
        await using WebHarness web = await WebHarness.StartAsync();
        byte[] picture = WebHarness.Picture(40, 40);
        (HttpStatusCode Code, JsonNode? Json)[] answers =
            await Task.WhenAll(Enumerable.Range(0, 200).Select(i => web.UploadAsync(picture, $"{i}.png")));
        Assert.All(answers, answer => Assert.True(answer.Code is HttpStatusCode.Accepted or HttpStatusCode.TooManyRequests));
        string[] taken = [.. answers.Where(answer => answer.Code == HttpStatusCode.Accepted).Select(answer => (string)answer.Json!["id"]!)];
        Assert.NotEmpty(taken);
        foreach (string id in taken)
        {
            Assert.Equal("done", (string)(await web.EndedAsync(id))["state"]!);
        }
    }

    [Fact]
    public async Task Uploads_AThousandWithBadOnesAndCancelling_LeaveNothingAndMemoryIsFlat()
    {
        await using WebHarness web = await WebHarness.StartAsync(options => options with { MostResults = 20 });
        byte[][] pictures = [.. Enumerable.Range(0, 8).Select(i => WebHarness.Picture(16 + (i * 3), 20 + i, i))];
        var ids = new ConcurrentQueue<string>();
        using var end = new CancellationTokenSource();
        Task[] cancellers = [.. Enumerable.Range(0, 2).Select(seed => CancelAsync(web, ids, seed, end.Token))];
        long middle = 0;
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (int i = Interlocked.Increment(ref next); i < 1000; i = Interlocked.Increment(ref next))
            {
                if (await UploadAsync(web, pictures[i % pictures.Length], i) is { } id)
                {
                    ids.Enqueue(id);
                }

                middle = i == 300 ? Memory() : middle;
            }
        }));
        await end.CancelAsync();
        await Task.WhenAll(cancellers);
        string? last = await UploadAsync(web, pictures[0], 1000); // the queue may still be full
        Assert.Equal("done", (string)(await web.EndedAsync(last!))["state"]!);
        await ServeApiTests.UntilAsync(() => Directory.GetDirectories(web.Server.Folder).Length <= 20);
        Assert.InRange(Memory() - middle, long.MinValue, 60L << 20);
    }

    /// <summary>Uploads as soon as there is room; every tenth picture is cut short or none at all.</summary>
    private static async Task<string?> UploadAsync(WebHarness web, byte[] picture, int i)
    {
        bool isBad = i % 10 == 7;
        byte[] sent = !isBad ? picture : i % 20 == 7 ? picture[..(picture.Length / 2)] : [1, 2, 3, 4, (byte)i];
        HttpStatusCode code;
        JsonNode? json;
        while (((code, json) = await web.UploadAsync(sent, $"{i}.png")).code == HttpStatusCode.TooManyRequests)
        {
            await Task.Delay(20);
        }

        Assert.True(code == HttpStatusCode.Accepted || isBad, $"upload {i} was answered {code}");
        return code == HttpStatusCode.Accepted ? (string)json!["id"]! : null;
    }

    private static async Task CancelAsync(WebHarness web, ConcurrentQueue<string> ids, int seed, CancellationToken end)
    {
        var random = new Random(seed);
        while (!end.IsCancellationRequested)
        {
            if (ids.TryDequeue(out string? id) && random.Next(3) == 0)
            {
                using HttpResponseMessage response =
                    await web.Client.DeleteAsync(new Uri($"api/jobs/{id}", UriKind.Relative), CancellationToken.None);
                Assert.True(response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotFound);
            }

            await Task.Delay(random.Next(15), CancellationToken.None);
        }
    }

    private static long Memory()
    {
        GC.Collect();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}

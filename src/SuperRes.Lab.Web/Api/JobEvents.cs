using System.Text.Json;
using SuperRes.Lab.Web.Jobs;

namespace SuperRes.Lab.Web.Api;

/// <summary>A page's stream of server-sent events.</summary>
internal static class JobEvents
{
    private static readonly TimeSpan _beat = TimeSpan.FromSeconds(5);

    /// <summary>Writes the status of each job of a page when it has changed, and an empty comment now and then, so that a page that is
    /// gone is noticed.</summary>
    public static async Task WriteAsync(JobQueue queue, string session, HttpContext context)
    {
        CancellationToken left = context.RequestAborted;
        context.Response.ContentType = "text/event-stream";
        using Watchers.Watch watch = queue.Watchers.Begin(session);
        var told = new Dictionary<string, (int Version, int Ahead)>(StringComparer.Ordinal);
        try
        {
            await context.Response.WriteAsync("retry: 1000\n\n", left).ConfigureAwait(false);
            while (!left.IsCancellationRequested)
            {
                Task next = watch.Next;
                await TellAsync(queue, session, told, context, left).ConfigureAwait(false);
                await Task.WhenAny(next, Task.Delay(_beat, left)).ConfigureAwait(false);
                if (!next.IsCompleted)
                {
                    await context.Response.WriteAsync(":\n\n", left).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
    }

    private static async Task TellAsync(
        JobQueue queue, string session, Dictionary<string, (int Version, int Ahead)> told, HttpContext context, CancellationToken left)
    {
        Job[] jobs = [.. queue.Jobs.Where(job => job.Session == session)];
        foreach (Job job in jobs)
        {
            int version = job.Version;
            JobStatus status = queue.Status(job);
            if (!told.TryGetValue(job.Id, out (int Version, int Ahead) before) || before != (version, status.Ahead))
            {
                told[job.Id] = (version, status.Ahead);
                await context.Response.WriteAsync($"data: {JsonSerializer.Serialize(status, ApiJson.Options)}\n\n", left)
                    .ConfigureAwait(false);
            }
        }

        // What was deleted elsewhere, or after its time.
        foreach (string gone in told.Keys.Except(jobs.Select(job => job.Id), StringComparer.Ordinal).ToArray())
        {
            told.Remove(gone);
            await context.Response.WriteAsync($"event: gone\ndata: {gone}\n\n", left).ConfigureAwait(false);
        }
    }
}

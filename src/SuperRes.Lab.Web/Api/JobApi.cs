using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Web.Jobs;

namespace SuperRes.Lab.Web.Api;

/// <summary>The HTTP API: models, jobs, their progress and their results.</summary>
internal static class JobApi
{
    private const int TooMany = StatusCodes.Status429TooManyRequests, NoSpace = StatusCodes.Status507InsufficientStorage,
        Unprocessable = StatusCodes.Status422UnprocessableEntity;

    public static void Map(WebApplication app)
    {
        RouteGroupBuilder api = app.MapGroup("/api");
        api.MapGet("/models", (WebModel[] models) => models.Select(model => new { model.Name, model.Task, model.Scales }))
            .WithSummary("The models that pictures can be put through.");
        MapUpload(api, "/upscale", "Enlarges a picture.", "super-resolution");
        MapUpload(api, "/restore", "Repairs or colours a picture; its size stays.", "restoration", "colorization");
        api.MapGet("/jobs/{id}", Results<Ok<JobStatus>, NotFound> (string id, JobQueue queue) =>
            queue.Find(id) is { } job ? TypedResults.Ok(queue.Status(job)) : TypedResults.NotFound())
            .WithSummary("Where a job stands.");
        api.MapDelete("/jobs/{id}", Results<NoContent, NotFound> (string id, JobQueue queue) =>
        {
            if (queue.Find(id) is not { } job)
            {
                return TypedResults.NotFound();
            }

            queue.Remove(job);
            return TypedResults.NoContent();
        }).WithSummary("Cancels a job, or deletes its result.");
        api.MapGet("/jobs/{id}/result", (string id, JobQueue queue) => Done(queue, id) is { } job
            ? Results.File(job.Output, ContentType(job.Output), job.ResultName, enableRangeProcessing: true) : Results.NotFound())
            .WithSummary("The result of a job, under the picture's own name.").Produces(200, contentType: "image/png");
        api.MapGet("/jobs/{id}/changes", (string id, JobQueue queue) => Done(queue, id) is { } job
            ? Results.File(ChangeMaps.Of(job), "image/png") : Results.NotFound())
            .WithSummary("Where and how much the model changed the picture.").Produces(200, contentType: "image/png");
        api.MapGet("/events", ([Description("The name that a page gave itself when it uploaded.")] string session, JobQueue queue,
            HttpContext context) => JobEvents.WriteAsync(queue, session, context))
            .WithSummary("Server-sent events: the status of each of a page's jobs when it changes. When the last stream of a page ends, "
                + "its jobs are cancelled after ten seconds.").Produces(200, contentType: "text/event-stream");
    }

    private static void MapUpload(RouteGroupBuilder api, string path, string summary, params string[] tasks) => api.MapPost(
        path,
        (HttpContext context, JobQueue queue, WebModel[] models, WebOptions options) =>
            UploadAsync(context, queue, [.. tasks.SelectMany(task => models.Where(model => model.Task == task))], options))
        .WithSummary(summary)
        .WithDescription(
            "Send the picture as the field \"file\" of a form (multipart/form-data), or as the body with ?name=photo.jpg. Further fields, "
            + "in the form or the address: model, scale. In the address: wait=true (the answer is the result itself), session (a page's).")
        .Accepts<IFormFile>("multipart/form-data", "image/jpeg", "image/png", "image/webp")
        .Produces<JobStatus>(StatusCodes.Status202Accepted)
        .Produces<ProblemDetails>(Unprocessable, "application/problem+json")
        .Produces<ProblemDetails>(TooMany, "application/problem+json");

    private static async Task<IResult> UploadAsync(HttpContext context, JobQueue queue, WebModel[] models, WebOptions options)
    {
        Job? job = null;
        try
        {
            string? session = context.Request.Query["session"];
            if (session is { Length: > 64 })
            {
                return Results.Problem("The session's name has more than 64 characters; use a shorter one.", statusCode: Unprocessable);
            }

            job = queue.Reserve(session);
            if (job is null)
            {
                context.Response.Headers.RetryAfter = "5";
                return Results.Problem($"{options.QueueLength} pictures wait already; try again in a while.", statusCode: TooMany);
            }

            await FillAsync(job, context, models, options).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InputException or IOException or OperationCanceledException or UnauthorizedAccessException)
        {
            if (job is not null)
            {
                queue.Release(job);
            }

            return e switch
            {
                InputException => Results.Problem(e.Message, statusCode: Unprocessable),
                BadHttpRequestException bad => Results.Problem("The upload is cut short or too large.", statusCode: bad.StatusCode),
                _ when context.RequestAborted.IsCancellationRequested => Results.StatusCode(StatusCodes.Status499ClientClosedRequest),
                InvalidDataException or EndOfStreamException => Results.Problem(
                    "The form is damaged or cut short; send it again.", statusCode: StatusCodes.Status400BadRequest),
                _ when e.Message.StartsWith("Unexpected end of Stream", StringComparison.Ordinal) => Results.Problem(
                    "The form is cut short; send it again.", statusCode: StatusCodes.Status400BadRequest),
                _ => Results.Problem("The disk is full or can't be written; free some space and try again.", statusCode: NoSpace),
            };
        }

        queue.Add(job);
        return context.Request.Query["wait"] == "true" ? await WaitAsync(job, queue, context).ConfigureAwait(false)
            : Results.Accepted($"/api/jobs/{job.Id}", queue.Status(job));
    }

    private static async Task FillAsync(Job job, HttpContext context, WebModel[] models, WebOptions options)
    {
        job.Input = Path.Combine(job.Folder, "input");
        Upload upload = await Upload.ReadAsync(context.Request, job.Input, options.MostBytes, context.RequestAborted).ConfigureAwait(false);
        if (!upload.HasFile)
        {
            throw new InputException("There is no picture in the form; send it as the field \"file\".");
        }

        job.Name = FileNames.Safe(upload.FileName);
        string? named = upload.Field(context.Request, "model"), scale = upload.Field(context.Request, "scale");
        job.Model = models.FirstOrDefault(model => string.IsNullOrEmpty(named) || model.Name == named) ?? throw new InputException(
            $"There is no model \"{named}\" for this; use one of {string.Join(", ", models.Select(model => model.Name))}.");
        job.Scale = string.IsNullOrEmpty(scale) ? job.Model.Scale
            : job.Model.Scales.FirstOrDefault(one => one.ToString(System.Globalization.CultureInfo.InvariantCulture) == scale);
        if (job.Scale == 0)
        {
            throw new InputException($"{job.Model.Name} can't do the scale {scale}; use {string.Join(" or ", job.Model.Scales)}.");
        }

        ImageInfo header = Upload.Check(job.Input, job.Name, job.Scale, options.MostPixels);
        (job.Width, job.Height) = (header.Width * job.Scale, header.Height * job.Scale);
        string suffix = job.Scale > 1 ? $"-x{job.Scale}" : job.Model.Task == "colorization" ? "-coloured" : "-restored";
        job.ResultName = FileNames.Result(job.Name, suffix, header.Format);
        job.Output = Path.Combine(job.Folder, "result" + Path.GetExtension(job.ResultName));
    }

    private static async Task<IResult> WaitAsync(Job job, JobQueue queue, HttpContext context)
    {
        await using CancellationTokenRegistration leaves = context.RequestAborted.Register(() => queue.Remove(job));
        await job.Finished.ConfigureAwait(false);
        if (job.State == JobState.Done)
        {
            context.Response.RegisterForDispose(new Removal(job, queue));
            return Results.File(job.Output, ContentType(job.Output), job.ResultName);
        }

        JobStatus status = queue.Status(job);
        queue.Remove(job);
        return Results.Problem(status.Message ?? "The job was cancelled.", statusCode: Unprocessable);
    }

    private static Job? Done(JobQueue queue, string id) => queue.Find(id) is { State: JobState.Done } job ? job : null;

    private static string ContentType(string path) => Path.GetExtension(path) switch
    {
        ".png" => "image/png",
        ".webp" => "image/webp",
        _ => "image/jpeg",
    };

    private sealed class Removal(Job job, JobQueue queue) : IDisposable
    {
        public void Dispose() => queue.Remove(job);
    }
}

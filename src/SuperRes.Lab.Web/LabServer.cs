using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SuperRes.Lab.Web.Api;
using SuperRes.Lab.Web.Jobs;

namespace SuperRes.Lab.Web;

/// <summary>The web app: a page and an HTTP API that put pictures through models.</summary>
public sealed class LabServer : IAsyncDisposable
{
    // Names and values of an upload's form beside the picture itself.
    private const int FormBytes = 64 << 10, MostConnections = 512;
    private readonly WebApplication _app;

    private LabServer(WebApplication app, Uri address) => (_app, Address) = (app, address);

    /// <summary>Where the page is.</summary>
    public Uri Address { get; }

    /// <summary>The folder with the pictures of this run.</summary>
    internal string Folder => _app.Services.GetRequiredService<JobQueue>().Folder;

    /// <summary>Starts it.</summary>
    /// <param name="options">How it runs.</param>
    /// <returns>The running app; disposing it ends it and deletes every picture.</returns>
    /// <exception cref="InputException">An option is outside its range, a model can't be read, or the port is taken.</exception>
    public static async Task<LabServer> StartAsync(WebOptions options)
    {
        options.Validate();
        WebModel[] models = [.. options.Models.Select(WebModel.Of)];
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MostBytes + FormBytes;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Listen(options.Address, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        builder.Services.AddOpenApi();
        builder.Services.AddSingleton(options).AddSingleton(models).AddSingleton<JobQueue>();
        WebApplication app = builder.Build();
        app.UseMiddleware<RequestGuard>();
        app.MapOpenApi("/api/openapi.json");
        JobApi.Map(app);
        PageFiles.Map(app);
        try
        {
            await app.StartAsync().ConfigureAwait(false);
        }
        catch (IOException e)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw new InputException($"Port {options.Port} of {options.Address} can't be used: {e.Message.TrimEnd('.')}; use --port N.", e);
        }

        string bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new LabServer(app, new Uri(bound));
    }

    /// <summary>Waits until it should end.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>A task that ends then.</returns>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = cancellation.Register(() => end.TrySetResult());
        await end.Task.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await _app.StopAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Streams of open pages are cut.
        }

        await _app.DisposeAsync().ConfigureAwait(false);
    }
}

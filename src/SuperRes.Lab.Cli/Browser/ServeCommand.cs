using System.CommandLine;
using System.Net;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Web;

namespace SuperRes.Lab.Cli.Browser;

/// <summary><c>superres serve</c>: the web app on this machine.</summary>
internal sealed class ServeCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Option<int?> _port = Values.Integer("--port", "N", "The port; 0 takes any free one. Default: 5080.", 0, 65535);
    private readonly Option<string?> _address = Values.Text(
        "--address", "IP", "Where it listens; another address than this machine's own needs --token. Default: 127.0.0.1.");

    private readonly Option<string?> _token = Values.Text(
        "--token", "T", "A secret of 16 characters or more that every request must show.");
    private readonly Option<string[]> _model = new("--model")
    {
        HelpName = "M",
        Description = "A model to offer; repeat it for several. Default: those in models/.",
    };

    public ServeCommand(CommandContext context)
        : base(
            "serve",
            "Open a web app on this machine: drop photos, compare, download. Ctrl-C ends it and deletes them.",
            "superres serve",
            "superres serve --port 8080 --model runs/mine",
            "superres serve --address 0.0.0.0 --token \"$(openssl rand -hex 16)\"")
    {
        _context = context;
        foreach (Option option in new Option[] { _port, _address, _token, _model })
        {
            Options.Add(option);
        }
    }

    protected override int Run(ParseResult parsed)
    {
        string address = parsed.GetValue(_address) ?? "127.0.0.1";
        string? token = parsed.GetValue(_token);
        var options = new WebOptions
        {
            Address = IPAddress.TryParse(address, out IPAddress? ip) ? ip
                : throw new InputException($"--address {address} is no IP address; use one such as 127.0.0.1 or 0.0.0.0."),
            Port = parsed.GetValue(_port) ?? new WebOptions().Port,
            Token = token,
            Models = parsed.GetValue(_model) is { Length: > 0 } named ? [.. named.Select(ModelFiles.Find)] : [.. ModelFiles.Shipped()],
        };
        RunAsync(options).GetAwaiter().GetResult();
        return ExitCodes.Done;
    }

    private async Task RunAsync(WebOptions options)
    {
        LabServer server = await LabServer.StartAsync(options).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            _context.Terminal.Result(server.Address + (options.Token is { } token ? $"?token={Uri.EscapeDataString(token)}" : ""));
            _context.Terminal.Note("Open this address in a browser. Ctrl-C ends the app and deletes its pictures.");
            await server.RunAsync(_context.Cancellation).ConfigureAwait(false);
        }
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;
using SuperRes.Lab.Notebooks.Kernel;

namespace SuperRes.Lab.Tests.Notebooks;

/// <summary>A Jupyter client for tests: starts a kernel in this process and speaks to it over loopback.</summary>
internal sealed class KernelClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private readonly byte[] _key = Encoding.UTF8.GetBytes("secret-key");
    private readonly int[] _ports = FreePorts(5);
    private readonly DealerSocket _shell = new();
    private readonly DealerSocket _control = new();
    private readonly SubscriberSocket _outputs = new();

    public KernelClient()
    {
        string file = _folder.Write("connection.json", $$"""
            {"transport":"tcp","ip":"127.0.0.1","shell_port":{{_ports[0]}},"control_port":{{_ports[1]}},"stdin_port":{{_ports[2]}},
             "iopub_port":{{_ports[3]}},"hb_port":{{_ports[4]}},"key":"secret-key","signature_scheme":"hmac-sha256"}
            """);
        Kernel = Task.Run(() => JupyterKernel.RunAsync(file));
        _outputs.SubscribeToAnyTopic();
        _shell.Connect($"tcp://127.0.0.1:{_ports[0]}");
        _control.Connect($"tcp://127.0.0.1:{_ports[1]}");
        _outputs.Connect($"tcp://127.0.0.1:{_ports[3]}");

        // The subscription reaches the publisher some time after the connection: ask until an answer comes on both channels.
        for (int attempt = 0; attempt < 100; attempt++)
        {
            KernelMessage request = Send("kernel_info_request", []);
            Receive(_shell, request);
            if (Next(_outputs, TimeSpan.FromMilliseconds(100)) is not null)
            {
                break;
            }
        }

        while (Next(_outputs, TimeSpan.FromMilliseconds(200)) is not null)
        {
        }
    }

    public Task Kernel { get; }

    public KernelMessage Send(string type, JsonObject content, bool control = false, byte[]? key = null)
    {
        KernelMessage message = KernelMessage.Answer(null, type, content, "test-session", []);
        (control ? _control : _shell).SendMultipartMessage(message.Write(key ?? _key));
        return message;
    }

    public KernelMessage Ask(string type, JsonObject content, bool control = false) =>
        Receive(control ? _control : _shell, Send(type, content, control));

    public KernelMessage ReceiveReply(KernelMessage request) => Receive(_shell, request);

    public KernelMessage? TryReceiveReply(TimeSpan wait) => Next(_shell, wait);

    /// <summary>Everything published about a request up to its end, without the two status messages around it.</summary>
    public List<KernelMessage> Outputs(KernelMessage request)
    {
        var messages = new List<KernelMessage>();
        while (Next(_outputs, Patience) is { } message)
        {
            if (!IsAbout(message, request))
            {
                continue;
            }

            messages.Add(message);
            if (message.Type == "status" && (string?)message.Content["execution_state"] == "idle")
            {
                Assert.Equal("busy", (string?)messages[0].Content["execution_state"]);
                return messages[1..^1];
            }
        }

        throw new TimeoutException("The kernel did not become idle.");
    }

    /// <summary>The next message published about a request that is of this type.</summary>
    public KernelMessage NextOutput(KernelMessage request, string type)
    {
        while (Next(_outputs, Patience) is { } message)
        {
            if (IsAbout(message, request) && message.Type == type)
            {
                return message;
            }
        }

        throw new TimeoutException($"The kernel published no {type}.");
    }

    public (KernelMessage Reply, List<KernelMessage> Outputs) Execute(string code)
    {
        KernelMessage request = Send("execute_request", Code(code));
        KernelMessage reply = Receive(_shell, request);
        return (reply, Outputs(request));
    }

    public static JsonObject Code(string code) =>
        new() { ["code"] = code, ["silent"] = false, ["store_history"] = true, ["stop_on_error"] = true };

    public bool HeartbeatAnswers()
    {
        using var heart = new RequestSocket($">tcp://127.0.0.1:{_ports[4]}");
        heart.SendFrame("ping");
        return heart.TryReceiveFrameString(Patience, out string? answer) && answer == "ping";
    }

    public void Dispose()
    {
        if (!Kernel.IsCompleted)
        {
            Send("shutdown_request", new JsonObject { ["restart"] = false }, control: true);
            Kernel.Wait(Patience);
        }

        _shell.Dispose();
        _control.Dispose();
        _outputs.Dispose();
        _folder.Dispose();
    }

    private KernelMessage Receive(NetMQSocket socket, KernelMessage request)
    {
        while (Next(socket, Patience) is { } message)
        {
            if (IsAbout(message, request))
            {
                return message;
            }
        }

        throw new TimeoutException($"No answer to {request.Type}.");
    }

    private KernelMessage? Next(NetMQSocket socket, TimeSpan wait)
    {
        var frames = new NetMQMessage();
        if (!socket.TryReceiveMultipartMessage(wait, ref frames!))
        {
            return null;
        }

        return KernelMessage.Read(frames, _key) ?? throw new InvalidOperationException("The kernel sent a message with a wrong signature.");
    }

    private static bool IsAbout(KernelMessage message, KernelMessage request) =>
        (string?)message.Parent["msg_id"] == (string?)request.Header["msg_id"];

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        Array.ForEach(listeners, listener => listener.Stop());
        return ports;
    }
}

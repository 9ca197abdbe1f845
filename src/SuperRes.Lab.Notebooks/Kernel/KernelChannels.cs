using System.Text;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;

namespace SuperRes.Lab.Notebooks.Kernel;

/// <summary>A kernel's five sockets. They live on one thread; whoever has something to send puts it into a queue.</summary>
internal sealed class KernelChannels : IDisposable
{
    private readonly byte[] _key;
    private readonly string _session = Guid.NewGuid().ToString("N");
    private readonly RouterSocket _shell = new();
    private readonly RouterSocket _control = new();
    private readonly RouterSocket _stdin = new();
    private readonly PublisherSocket _outputs = new();
    private readonly ResponseSocket _heartbeat = new();
    private readonly NetMQQueue<(NetMQSocket Socket, NetMQMessage Message)> _sending = new();
    private readonly NetMQPoller _poller;

    /// <param name="connection">Where to listen.</param>
    /// <param name="onShell">Gets each request on the shell channel; must only pass it on.</param>
    /// <param name="onControl">Gets each request on the control channel; must be quick.</param>
    public KernelChannels(ConnectionFile connection, Action<KernelMessage> onShell, Action<KernelMessage> onControl)
    {
        _key = Encoding.UTF8.GetBytes(connection.Key);
        Bind(_shell, connection.ShellPort);
        Bind(_control, connection.ControlPort);
        Bind(_stdin, connection.StdinPort);
        Bind(_outputs, connection.IoPubPort);
        Bind(_heartbeat, connection.HeartbeatPort);
        _shell.ReceiveReady += (_, _) => Receive(_shell, onShell);
        _control.ReceiveReady += (_, _) => Receive(_control, onControl);
        _stdin.ReceiveReady += (_, _) => _stdin.ReceiveMultipartMessage();
        _heartbeat.ReceiveReady += (_, _) => _heartbeat.SendMultipartMessage(_heartbeat.ReceiveMultipartMessage());
        _sending.ReceiveReady += (_, _) => Send();
        _poller = [_shell, _control, _stdin, _heartbeat, _sending];

        void Bind(NetMQSocket socket, int port)
        {
            socket.Options.Linger = TimeSpan.FromSeconds(1);
            socket.Options.SendHighWatermark = 0; // no limit: a publisher at its limit drops outputs without a word
            socket.Options.ReceiveHighWatermark = 0;
            socket.Bind(connection.Endpoint(port));
        }
    }

    /// <summary>Begins to listen.</summary>
    public void Start() => _poller.RunAsync("Jupyter channels", isBackgroundThread: true);

    /// <summary>Answers a shell request.</summary>
    public void ReplyOnShell(KernelMessage request, JsonObject content) => Reply(_shell, request, content);

    /// <summary>Answers a control request.</summary>
    public void ReplyOnControl(KernelMessage request, JsonObject content) => Reply(_control, request, content);

    /// <summary>Sends every client a message about a request.</summary>
    public void Publish(KernelMessage? about, string type, JsonObject content) =>
        Enqueue(_outputs, KernelMessage.Answer(about, type, content, _session, [Encoding.UTF8.GetBytes($"kernel.{type}")]));

    public void Dispose()
    {
        if (_poller.IsRunning)
        {
            _poller.Stop();
        }

        _poller.Dispose();
        _sending.Dispose();
        foreach (NetMQSocket socket in new NetMQSocket[] { _shell, _control, _stdin, _outputs, _heartbeat })
        {
            socket.Dispose();
        }
    }

    private void Reply(NetMQSocket socket, KernelMessage request, JsonObject content)
    {
        string type = request.Type.EndsWith("_request", StringComparison.Ordinal) ? request.Type[..^"_request".Length] + "_reply"
            : request.Type;
        Enqueue(socket, KernelMessage.Answer(request, type, content, _session, request.Routing));
    }

    /// <summary>Written on the caller's thread: JSON is read lazily, and must not be read by two threads at once.</summary>
    private void Enqueue(NetMQSocket socket, KernelMessage message) => _sending.Enqueue((socket, message.Write(_key)));

    private void Receive(NetMQSocket socket, Action<KernelMessage> handle)
    {
        if (KernelMessage.Read(socket.ReceiveMultipartMessage(), _key) is { } message)
        {
            handle(message);
        }
    }

    private void Send()
    {
        if (_sending.TryDequeue(out (NetMQSocket Socket, NetMQMessage Message) next, TimeSpan.Zero))
        {
            // A client that went away can't take its answer; the others must not notice.
            next.Socket.TrySendMultipartMessage(TimeSpan.FromSeconds(1), next.Message);
        }
    }
}

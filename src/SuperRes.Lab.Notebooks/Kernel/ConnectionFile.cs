using System.Text.Json;
using System.Text.Json.Nodes;

namespace SuperRes.Lab.Notebooks.Kernel;

/// <summary>Where a Jupyter client wants its kernel to listen.</summary>
/// <param name="Transport">"tcp" or "ipc".</param>
/// <param name="Address">The address to bind to.</param>
/// <param name="ShellPort">Requests to run code.</param>
/// <param name="ControlPort">Requests that must not wait behind code.</param>
/// <param name="StdinPort">Questions to the person; bound but not used.</param>
/// <param name="IoPubPort">Outputs, to everybody.</param>
/// <param name="HeartbeatPort">Echo.</param>
/// <param name="Key">The key of message signatures; empty for none.</param>
internal sealed record ConnectionFile(
    string Transport, string Address, int ShellPort, int ControlPort, int StdinPort, int IoPubPort, int HeartbeatPort, string Key)
{
    /// <exception cref="InputException">The file is missing or no connection file.</exception>
    public static ConnectionFile Read(string path)
    {
        try
        {
            JsonNode json = JsonNode.Parse(File.ReadAllText(path))!;
            if ((string?)json["signature_scheme"] is not (null or "" or "hmac-sha256"))
            {
                throw new InputException($"{path} asks for the signature scheme {json["signature_scheme"]}, but this kernel knows "
                    + $"hmac-sha256 alone.");
            }

            return new ConnectionFile(
                (string?)json["transport"] ?? "tcp",
                (string)json["ip"]!,
                (int)json["shell_port"]!,
                (int)json["control_port"]!,
                (int)json["stdin_port"]!,
                (int)json["iopub_port"]!,
                (int)json["hb_port"]!,
                (string?)json["key"] ?? "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The connection file {path} can't be read: {e.Message.TrimEnd('.')}; Jupyter writes one when it "
                + $"starts the kernel.", e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or ArgumentException
            or FormatException)
        {
            throw new InputException($"{path} is no Jupyter connection file: it must name ip, the five ports and key.", e);
        }
    }

    /// <summary>The address of one port.</summary>
    public string Endpoint(int port) => Transport == "ipc" ? $"ipc://{Address}-{port}" : $"{Transport}://{Address}:{port}";
}

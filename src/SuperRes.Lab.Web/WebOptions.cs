using System.Net;

namespace SuperRes.Lab.Web;

/// <summary>How the web app runs.</summary>
public sealed record WebOptions
{
    /// <summary>Where it listens. Default: 127.0.0.1, this machine alone; another address needs a <see cref="Token"/>.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0: any free one. Default: 5080.</summary>
    public int Port { get; init; } = 5080;

    /// <summary>A secret that every request must show; at least 16 characters. Default: null, none.</summary>
    public string? Token { get; init; }

    /// <summary>The weights files that it offers.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Most pictures that wait or are being uploaded. Default: 32.</summary>
    public int QueueLength { get; init; } = 32;

    /// <summary>Most bytes of a picture's file. Default: 64 MiB.</summary>
    public long MostBytes { get; init; } = 64L << 20;

    /// <summary>Most pixels of a result. Default: 100 million.</summary>
    public long MostPixels { get; init; } = 100_000_000;

    /// <summary>Most results that are kept; the oldest go first. Default: 100.</summary>
    public int MostResults { get; init; } = 100;

    /// <summary>How long results are kept. Default: an hour.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long the jobs of a page that was closed go on. Default: ten seconds.</summary>
    public TimeSpan LeaveAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The folder in which a folder of its own is made for pictures, and deleted at the end. Default: the system's for temporary
    /// files.</summary>
    public string Folder { get; init; } = Path.GetTempPath();

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Refuses values that can't work.</summary>
    /// <exception cref="InputException">An option is outside its range, or an address that others reach has no token.</exception>
    public void Validate()
    {
        if (Token is { Length: < 16 })
        {
            throw new InputException("The token has fewer than 16 characters, and could be guessed; use a longer one (--token T).");
        }

        if (!IPAddress.IsLoopback(Address) && Token is null)
        {
            throw new InputException(
                $"On {Address} others could use this program; give a token that they must know (--token T), or leave --address out.");
        }

        if (Models.Count == 0)
        {
            throw new InputException("There is no model to serve; give --model FILE, such as one that \"superres train\" made.");
        }
    }
}

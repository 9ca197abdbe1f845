using System.Text;
using SuperRes.Lab.Distributed;

namespace SuperRes.Lab.Cluster;

/// <summary>The processes of an MPI job.</summary>
public sealed unsafe class MpiRanks : IRanks, IDisposable
{
    private const int Serialized = 2, LongestText = 8192;
    private readonly MpiLibrary _library;
    private readonly MpiThread _thread = new();
    private readonly delegate* unmanaged<nint, void*, int, nint, nint, nint, int> _allreduce;
    private readonly delegate* unmanaged<void*, int, nint, int, nint, int> _broadcast;
    private bool _isOver;

    private MpiRanks(MpiLibrary library)
    {
        _library = library;
        _allreduce = (delegate* unmanaged<nint, void*, int, nint, nint, nint, int>)library.Export("MPI_Allreduce");
        _broadcast = (delegate* unmanaged<void*, int, nint, int, nint, int>)library.Export("MPI_Bcast");
        (int rank, int size) = (0, 1);
        string version = "", host = "";
        _thread.Run(() =>
        {
            int provided, number, count;
            Check("MPI_Init_thread", ((delegate* unmanaged<int*, byte***, int, int*, int>)library.Export("MPI_Init_thread"))(
                null, null, Serialized, &provided));
            Check("MPI_Comm_rank", ((delegate* unmanaged<nint, int*, int>)library.Export("MPI_Comm_rank"))(library.World, &number));
            Check("MPI_Comm_size", ((delegate* unmanaged<nint, int*, int>)library.Export("MPI_Comm_size"))(library.World, &count));
            (rank, size) = (number, count);
            version = Text("MPI_Get_library_version");
            host = Text("MPI_Get_processor_name");
        });
        (Rank, Size, Version, Host) = (rank, size, version, host);
        (LocalRank, LocalSize) = CountOnThisMachine();
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>The number among the processes of this machine, from 0; it chooses the GPU.</summary>
    public int LocalRank { get; }

    /// <summary>Processes on this machine.</summary>
    public int LocalSize { get; }

    /// <summary>The library's name and version, as it says them.</summary>
    public string Version { get; }

    /// <summary>The name and the version without what follows.</summary>
    internal string ShortVersion => string.Join(
        ' ', Version.Split('\n', ',')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>This machine's name.</summary>
    public string Host { get; }

    /// <summary>The library's kind.</summary>
    public MpiFamily Family => _library.Family;

    /// <summary>The library's file.</summary>
    public string LibraryPath => _library.Path;

    /// <summary>Joins the processes that a launcher started.</summary>
    /// <param name="library">The MPI library; null for what is found.</param>
    /// <param name="family">The launcher's kind, if it is known.</param>
    /// <returns>The ranks; null where there is no MPI library.</returns>
    /// <exception cref="InputException">The library is none.</exception>
    public static MpiRanks? Join(string? library, MpiFamily? family) => MpiLibrary.Find(library, family) is { } found ? new(found) : null;

    /// <inheritdoc/>
    public void Sum(Span<float> values)
    {
        fixed (float* start = values)
        {
            Sum(start, values.Length, _library.Float32);
        }
    }

    /// <inheritdoc/>
    public void Sum(Span<double> values)
    {
        fixed (double* start = values)
        {
            Sum(start, values.Length, _library.Float64);
        }
    }

    /// <inheritdoc/>
    public void Broadcast(Span<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            (nint from, int count) = ((nint)start, bytes.Length);
            _thread.Run(() => Check("MPI_Bcast", _broadcast((void*)from, count, _library.Byte, 0, _library.World)));
        }
    }

    /// <summary>What rank 0 has decided.</summary>
    /// <param name="here">This rank's own decision, which counts on rank 0.</param>
    /// <returns>Rank 0's.</returns>
    public bool OfRankZero(bool here) => this.Any(Rank == 0 && here);

    /// <summary>Ends the whole job at once, with a process's exit code, because this process can't go on with it.</summary>
    /// <param name="code">The exit code.</param>
    public void Abort(int code)
    {
        _isOver = true;
        _thread.Run(() => ((delegate* unmanaged<nint, int, int>)_library.Export("MPI_Abort"))(_library.World, code));
    }

    /// <summary>Waits for the other processes' end, as MPI demands before a process may end.</summary>
    public void Dispose()
    {
        if (!_isOver)
        {
            _isOver = true;
            _thread.Run(() => Check("MPI_Finalize", ((delegate* unmanaged<int>)_library.Export("MPI_Finalize"))()));
        }

        _thread.Dispose();
    }

    private static void Check(string function, int code)
    {
        if (code != 0)
        {
            throw new InvalidOperationException($"{function} failed with MPI's error {code}.");
        }
    }

    private void Sum(void* start, int count, nint type)
    {
        var address = (nint)start;
        _thread.Run(() => Check(
            "MPI_Allreduce", _allreduce(_library.InPlace, (void*)address, count, type, _library.Add, _library.World)));
    }

    private string Text(string function)
    {
        byte* text = stackalloc byte[LongestText];
        int length = 0;
        Check(function, ((delegate* unmanaged<byte*, int*, int>)_library.Export(function))(text, &length));
        return Encoding.UTF8.GetString(text, Math.Clamp(length, 0, LongestText)).TrimEnd('\0').Trim();
    }

    private (int Rank, int Size) CountOnThisMachine()
    {
        // A hash of the name that a double holds exactly.
        double own = System.IO.Hashing.XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(Host)) >> 12;
        var hosts = new double[Size];
        hosts[Rank] = own;
        Sum(hosts);
        return (hosts.Take(Rank).Count(host => host == own), hosts.Count(host => host == own));
    }
}

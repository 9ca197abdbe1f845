using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Cli.Diagnosis;

/// <summary>What <c>superres doctor</c> found.</summary>
internal sealed record DoctorReport
{
    public required string Superres { get; init; }

    public required string Dotnet { get; init; }

    public required string System { get; init; }

    public required TorchFindings Torch { get; init; }

    public required ProcessorFindings Cpu { get; init; }

    public required MemoryFindings Memory { get; init; }

    /// <summary>Where things are kept, by what is in them.</summary>
    public required IReadOnlyDictionary<string, FolderFindings> Folders { get; init; }

    /// <summary>Weights that others trained, which some work needs.</summary>
    public required IReadOnlyList<WeightsFindings> Pretrained { get; init; }

    /// <summary>Names of the trained models that come with the project.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Sentences: what is missing, what for, and how to get it.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, DoctorJson.Default.DoctorReport);

    public string ToText() => DoctorText.Of(this);
}

/// <summary>The tensor library.</summary>
/// <param name="Version">Of libtorch; null where it can't be loaded.</param>
/// <param name="TorchSharp">Version of the binding.</param>
/// <param name="Threads">Threads within an operation.</param>
/// <param name="InteropThreads">Operations at once.</param>
/// <param name="Device">Where models run: cpu or cuda.</param>
/// <param name="CudaAvailable">Whether a CUDA device can be used.</param>
/// <param name="CudaDevices">How many there are.</param>
/// <param name="LoadSeconds">Time that loading took.</param>
/// <param name="Error">Why it can't be loaded and what helps; null where it is.</param>
internal sealed record TorchFindings(
    string? Version, [property: JsonPropertyName("torchsharp")] string TorchSharp, int? Threads, int? InteropThreads, string? Device,
        bool CudaAvailable, int CudaDevices, double LoadSeconds, string? Error);

/// <summary>The processor.</summary>
internal sealed record ProcessorFindings(
    string Model, int Cores, string Architecture, bool Avx2, bool Avx512, bool Avx512Bf16, bool AmxBf16);

/// <summary>Bytes of memory: the machine's or the container's, and what is free now.</summary>
internal sealed record MemoryFindings(long TotalBytes, long? AvailableBytes);

/// <summary>A folder.</summary>
internal sealed record FolderFindings(string Path, bool Exists, bool Writable, long? FreeBytes);

/// <summary>A file of pretrained weights.</summary>
/// <param name="Name">Its name in the list.</param>
/// <param name="Path">Where it is, or is expected.</param>
/// <param name="Present">Whether it is there and right.</param>
/// <param name="Problem">Why a file that is there can't be used; null where none is.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Licence">Under which terms it may be used.</param>
/// <param name="Sha256">The hash it is held against, or its beginning.</param>
/// <param name="Bundled">Whether it came with the build.</param>
internal sealed record WeightsFindings(
    string Name, string Path, bool Present, string? Problem, string Source, string Licence, string Sha256, bool Bundled);

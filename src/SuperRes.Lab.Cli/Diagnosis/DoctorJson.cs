using System.Text.Json.Serialization;
using SuperRes.Lab.Cluster;

namespace SuperRes.Lab.Cli.Diagnosis;

/// <summary>The report's JSON, without reflection: the command starts faster.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(MpiFindings))]
internal sealed partial class DoctorJson : JsonSerializerContext;

using System.Globalization;
using System.Text;
using SuperRes.Lab.Cli.Terminals;

namespace SuperRes.Lab.Cli.Diagnosis;

/// <summary>The report as text.</summary>
internal static class DoctorText
{
    private const int NameWidth = 12;

    public static string Of(DoctorReport report)
    {
        var text = new StringBuilder();
        Line(text, "superres", $"{report.Superres} on .NET {report.Dotnet}");
        Line(text, "system", report.System);
        Line(text, "torch", Torch(report.Torch));
        Line(text, "processor", $"{report.Cpu.Model}, {report.Cpu.Cores} cores, {Features(report.Cpu)}");
        Line(text, "memory",
            Words.OfBytes(report.Memory.TotalBytes) + (report.Memory.AvailableBytes is { } free ? $", {Words.OfBytes(free)} free" : ""));
        foreach ((string name, FolderFindings folder) in report.Folders)
        {
            Line(text, name, Folder(folder, withSpace: name is "cache" or "data" or "runs"));
        }

        string[] present =
            [.. report.Pretrained.Where(w => w.Present).Select(
            w => w.Bundled ? $"{w.Name} (with the build: {w.Source}, {w.Licence.Split(' ')[0]}, sha256 {w.Sha256[..8]}…)" : w.Name)];
        Line(text, "pretrained", present.Length == 0 ? "none" : string.Join(", ", present));
        Line(text, "trained", report.Models.Count == 0 ? "none" : string.Join(", ", report.Models));
        text.Append(report.Missing.Count == 0 ? "Nothing is missing." : "Missing:");
        foreach (string sentence in report.Missing)
        {
            text.Append("\n  - ").Append(sentence);
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, string name, string value) =>
        text.Append(name.PadRight(NameWidth)).Append(value).Append('\n');

    private static string Torch(TorchFindings torch) => torch.Error is null
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{torch.Version} (TorchSharp {torch.TorchSharp}), device {torch.Device}, {torch.Threads} threads, loaded in "
            + $"{torch.LoadSeconds:0.0} s")
            + (torch.CudaAvailable ? $", {torch.CudaDevices} CUDA device(s)" : ", no CUDA")
        : $"can't be loaded (TorchSharp {torch.TorchSharp})";

    private static string Features(ProcessorFindings cpu)
    {
        string[] features =
            [.. new[] { ("AVX2", cpu.Avx2), ("AVX-512", cpu.Avx512), ("AVX-512 bf16", cpu.Avx512Bf16), ("AMX bf16", cpu.AmxBf16) }
            .Where(f => f.Item2).Select(f => f.Item1)];
        return features.Length == 0 ? cpu.Architecture : string.Join(", ", features);
    }

    private static string Folder(FolderFindings folder, bool withSpace)
    {
        string state = (folder.Exists, folder.Writable) switch
        {
            (true, true) => "",
            (true, false) => " (can't be written)",
            (false, true) => " (not there yet)",
            (false, false) => " (not there, and can't be made)",
        };
        return folder.Path + state + (withSpace && folder.FreeBytes is { } free ? $", {Words.OfBytes(free)} free" : "");
    }
}

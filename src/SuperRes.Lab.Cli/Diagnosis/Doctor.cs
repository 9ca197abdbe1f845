using System.Runtime.InteropServices;

namespace SuperRes.Lab.Cli.Diagnosis;

/// <summary>Examines the machine.</summary>
internal static class Doctor
{
    public static DoctorReport Examine()
    {
        TorchFindings torch = TorchProbe.Read();
        IReadOnlyDictionary<string, FolderFindings> folders = Places.Folders();
        IReadOnlyList<WeightsFindings> pretrained = Places.Pretrained();
        string[] models = [.. ModelFiles.Shipped().Select(path => Path.GetFileNameWithoutExtension(path))];
        return new()
        {
            Superres = ProgramVersion.Text,
            Dotnet = Environment.Version.ToString(),
            System = $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.RuntimeIdentifier}",
            Torch = torch,
            Cpu = ProcessorInfo.Read(),
            Memory = ProcessorInfo.ReadMemory(),
            Folders = folders,
            Pretrained = pretrained,
            Models = models,
            Missing = [.. Missing(torch, folders, pretrained, models)],
        };
    }

    private static IEnumerable<string> Missing(
        TorchFindings torch, IReadOnlyDictionary<string, FolderFindings> folders, IReadOnlyList<WeightsFindings> pretrained,
            string[] models)
    {
        if (torch.Error is { } error)
        {
            yield return $"torch: {error}";
        }

        foreach ((string name, FolderFindings folder) in folders.Where(f => f.Value is { Exists: true, Writable: false }))
        {
            yield return $"The {name} folder {folder.Path} can't be written; change its rights.";
        }

        foreach (WeightsFindings weights in pretrained.Where(w => w.Problem is not null))
        {
            yield return weights.Problem!;
        }

        string[] absent = [.. pretrained.Where(w => w is { Present: false, Problem: null }).Select(w => w.Name)];
        if (absent.Length > 0)
        {
            yield return $"Pretrained weights: {string.Join(", ", absent)}; training works without them, less well: superres weights "
                + $"fetch {absent[0]}";
        }

        if (models.Length == 0)
        {
            yield return "Trained models: none in models/; superres train makes one.";
        }
    }
}

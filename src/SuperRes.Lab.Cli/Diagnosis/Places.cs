namespace SuperRes.Lab.Cli.Diagnosis;

/// <summary>Examines folders and the files that are expected in them.</summary>
internal static class Places
{
    public static IReadOnlyDictionary<string, FolderFindings> Examine(Surroundings surroundings)
    {
        var folders = new Dictionary<string, FolderFindings>(StringComparer.Ordinal);
        return folders;
    }

    public static IReadOnlyList<WeightsFindings> Pretrained() => [];
}

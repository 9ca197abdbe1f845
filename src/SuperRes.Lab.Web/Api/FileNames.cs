namespace SuperRes.Lab.Web.Api;

/// <summary>File names that others chose, made harmless.</summary>
internal static class FileNames
{
    private const int Longest = 120;
    private const string Meant = "<>:\"|?*;'`$&";

    /// <summary>The last part of a path, without characters that mean something to a shell, a header or a file system.</summary>
    public static string Safe(string? given)
    {
        string name = (given ?? "").Replace('\\', '/').Split('/')[^1];
        string kept = string.Concat(name.Where(c => !char.IsControl(c) && !Meant.Contains(c, StringComparison.Ordinal))).Trim(' ', '.');
        string extension = Path.GetExtension(kept);
        string stem = Path.GetFileNameWithoutExtension(kept);
        stem = stem.Length > Longest ? stem[..Longest] : stem;
        return stem.Length == 0 ? "picture" + extension : stem + extension;
    }

    /// <summary>The result's name: "photo-x2.jpg" for "photo.jpg".</summary>
    public static string Result(string name, string suffix, string format) => Path.GetFileNameWithoutExtension(name) + suffix
        + (format switch
        {
            "JPEG" => Path.GetExtension(name).Equals(".jpeg", StringComparison.OrdinalIgnoreCase) ? ".jpeg" : ".jpg",
            "WebP" => ".webp",
            _ => ".png",
        });
}

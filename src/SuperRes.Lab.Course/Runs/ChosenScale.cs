using SuperRes.Lab.Experiments;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Course;

/// <summary>The experiment that a chapter chose for all of them: a line in runs/, which every chapter's process reads.</summary>
internal static class ChosenScale
{
    private static string File => Path.Combine(LabFolders.Runs, "scale.txt");

    /// <returns>The experiment's name; null where none was chosen.</returns>
    public static string? Read() =>
        System.IO.File.Exists(File) && System.IO.File.ReadAllText(File).Trim() is { Length: > 0 } name ? name : null;

    /// <param name="experiment">The experiment's name.</param>
    /// <exception cref="InputException">It can't be written.</exception>
    public static void Write(string experiment)
    {
        if (Read() != experiment)
        {
            AtomicFile.WriteAllText(File, experiment + "\n");
        }
    }
}

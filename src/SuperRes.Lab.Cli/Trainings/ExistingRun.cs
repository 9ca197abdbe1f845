using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Experiments;

namespace SuperRes.Lab.Cli.Trainings;

/// <summary>A run that a folder holds already: it is never written over.</summary>
internal static class ExistingRun
{
    /// <summary>Makes a folder for a new run; a trained run that is in it is given another name.</summary>
    public static void MoveAside(RunFolder folder, Terminal terminal)
    {
        RunFolder.Create(folder.Path);
        if (!File.Exists(folder.MetricsFile) && folder.StateFile is null)
        {
            return;
        }

        folder.RequireFree();
        string aside = Enumerable.Range(1, int.MaxValue).Select(n => $"{folder.Path}-{n}").First(path => !Path.Exists(path));
        try
        {
            Directory.Move(folder.Path, aside);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                $"{folder.Path} holds a trained run and can't be renamed: {e.Message.TrimEnd('.')}; "
                + "resume it (--resume), or choose another folder (--run).",
                e);
        }

        terminal.Note($"The run that was in {folder.Path} is kept as {aside}.");
        RunFolder.Create(folder.Path);
    }
}

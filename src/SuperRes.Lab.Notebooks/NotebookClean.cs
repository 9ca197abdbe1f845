namespace SuperRes.Lab.Notebooks;

/// <summary>Makes a notebook's clean twin: the same prose and code, no outputs.</summary>
public static class NotebookClean
{
    /// <summary>Copies a notebook without its outputs, execution numbers and record of a run.</summary>
    /// <param name="notebook">The notebook; it stays as it is.</param>
    /// <returns>The twin.</returns>
    public static Notebook WithoutOutputs(Notebook notebook)
    {
        Notebook clean = notebook.Clone();
        foreach (NotebookCell cell in clean.CodeCells)
        {
            cell.ClearOutputs();
        }

        SourceStamp.Remove(clean);
        return clean;
    }

    /// <summary>Writes a notebook's clean twin.</summary>
    /// <param name="path">The notebook.</param>
    /// <param name="cleanPath">Where the twin goes; the same path replaces the notebook.</param>
    /// <exception cref="InputException">The notebook can't be read, or the twin not be written.</exception>
    public static void Write(string path, string cleanPath) => WithoutOutputs(Notebook.Read(path)).Write(cleanPath);
}

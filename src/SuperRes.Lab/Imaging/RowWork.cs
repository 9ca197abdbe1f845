namespace SuperRes.Lab.Imaging;

/// <summary>Runs the rows of a pass, on several threads where there is enough to do.</summary>
internal static class RowWork
{
    // Multiplications from which on starting threads pays; the crops of training stay far below, their threads are the loader's.
    private const long ParallelWork = 1 << 24;
    private const int RowsPerPiece = 16;

    /// <param name="rows">How many rows there are.</param>
    /// <param name="work">Multiplications of the whole pass.</param>
    /// <param name="piece">Does the rows from its first argument up to its second.</param>
    public static void Run(int rows, long work, Action<int, int> piece)
    {
        if (work < ParallelWork)
        {
            piece(0, rows);
            return;
        }

        Parallel.For(0, (rows + RowsPerPiece - 1) / RowsPerPiece, i => piece(i * RowsPerPiece, Math.Min(rows, (i + 1) * RowsPerPiece)));
    }
}

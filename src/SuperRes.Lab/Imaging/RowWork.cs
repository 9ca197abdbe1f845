namespace SuperRes.Lab.Imaging;

/// <summary>Runs the rows of a pass, on several threads where there is enough to do.</summary>
internal static class RowWork
{
    // Multiplications from which on starting threads pays; the crops of training stay far below, their threads are the loader's.
    private const long ParallelWork = 1 << 24;
    private const int RowsPerPiece = 16;

    public static void Run(int rows, long work, Action<int> row)
    {
        if (work < ParallelWork)
        {
            for (int y = 0; y < rows; y++)
            {
                row(y);
            }

            return;
        }

        Parallel.For(0, (rows + RowsPerPiece - 1) / RowsPerPiece, piece =>
        {
            for (int y = piece * RowsPerPiece; y < Math.Min(rows, (piece + 1) * RowsPerPiece); y++)
            {
                row(y);
            }
        });
    }
}

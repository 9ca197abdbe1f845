namespace SuperRes.Lab.IO;

/// <summary>Adds lines to a file that other processes add to as well.</summary>
internal static class SharedAppend
{
    private const int Tries = 100;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Adds a line, whole or not at all but for a kill; waits up to two seconds for another writer.</summary>
    /// <exception cref="InputException">The file can't be written.</exception>
    public static void Line(string path, string line)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(line + "\n");
        for (int i = 1; ; i++)
        {
            try
            {
                using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, 1);
                file.Write(bytes);
                return;
            }
            catch (IOException) when (i < Tries)
            {
                Thread.Sleep(_pause);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new InputException(
                    $"{path} can't be written: {e.Message.TrimEnd('.')}; check the folder's rights and the free space.", e);
            }
        }
    }
}

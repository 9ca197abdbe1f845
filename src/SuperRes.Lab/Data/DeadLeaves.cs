namespace SuperRes.Lab.Data;

/// <summary>placeholder</summary>
public static class DeadLeaves
{
    /// <summary>x</summary><param name="folder">f</param><param name="count">c</param><param name="size">s</param><param name="seed">d</param><param name="cancellation">t</param>
    public static void WriteFolder(string folder, int count, int size, long seed, CancellationToken cancellation) => throw new NotSupportedException();
}

using System.Globalization;

namespace SuperRes.Lab.Native;

/// <summary>A native library that the process has loaded, on Linux.</summary>
/// <param name="Start">Where its file begins in memory.</param>
/// <param name="Path">The file.</param>
internal readonly record struct LoadedLibrary(nint Start, string Path)
{
    /// <summary>Looks for a library.</summary>
    /// <param name="name">The file's name, or what it begins with.</param>
    /// <returns>The library; null where none of that name is loaded.</returns>
    public static LoadedLibrary? Find(string name)
    {
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            // start-end permissions offset device inode path
            if (!System.IO.Path.GetFileName(line).StartsWith(
                name, StringComparison.Ordinal) || line.EndsWith(" (deleted)", StringComparison.Ordinal))
            {
                continue;
            }

            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [string range, _, "00000000", ..])
            {
                return new(
                    nint.Parse(range[..range.IndexOf('-', StringComparison.Ordinal)], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                    line[line.IndexOf('/', StringComparison.Ordinal)..]);
            }
        }

        return null;
    }
}

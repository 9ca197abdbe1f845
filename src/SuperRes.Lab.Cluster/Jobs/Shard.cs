using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace SuperRes.Lab.Cluster;

/// <summary>
/// One of several parts of a folder. Each file belongs to one part, by its path within the folder alone: processes that know nothing of
/// each other do each file once, whatever was added or finished meanwhile.
/// </summary>
/// <param name="Number">Which part, from 1.</param>
/// <param name="Of">How many parts there are.</param>
internal sealed record Shard(int Number, int Of)
{
    /// <summary>Reads "2/8".</summary>
    /// <param name="text">The part's number and how many there are.</param>
    /// <returns>The part; null where the text is none.</returns>
    public static Shard? TryParse(string text) => text.Split('/') is [var first, var second]
        && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out int of)
        && number >= 1 && number <= of
            ? new Shard(number, of)
            : null;

    /// <summary>Whether a file belongs to the part.</summary>
    /// <param name="path">Its path within the folder.</param>
    public bool Holds(string path) =>
        (int)(XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(path.Replace('\\', '/'))) % (ulong)Of) == Number - 1;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Of}");
}

using System.Globalization;
using System.Text.Json;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Photos;

/// <summary>
/// Difference hashes of a folder's photos. Each takes a decoding, so they can be remembered in a file; a photo is decoded again when its
/// size or time of writing is another.
/// </summary>
internal static class PhotoHashes
{
    /// <summary>The hash of every photo; those that can't be decoded are set aside in the folder that is returned.</summary>
    /// <param name="folder">The photos.</param>
    /// <param name="memory">A file that remembers hashes; null for none.</param>
    /// <param name="hashes">One for each photo of the folder that is returned.</param>
    /// <param name="progress">Receives the number of photos that are done.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="InputException">More than 1 % of the photos can't be decoded.</exception>
    public static ImageFolder Of(
        ImageFolder folder, string? memory, out ulong[] hashes, IProgress<PrepareProgress>? progress = null,
            CancellationToken cancellation = default)
    {
        Dictionary<string, Note> notes = Recall(memory);
        var found = new Note[folder.Count];
        int decoded = 0, done = 0;
        ParallelWork.For(
            folder.Count,
            i =>
            {
                PhotoFile photo = folder.Photos[i];
                if (notes.TryGetValue(
                    photo.Name, out Note? known) && known.Bytes == photo.Bytes && known.Written == photo.ModifiedUtc.Ticks)
                {
                    found[i] = known;
                }
                else
                {
                    found[i] = Look(folder, i);
                    Interlocked.Increment(ref decoded);
                }

                progress?.Report(new PrepareProgress(Interlocked.Increment(ref done), folder.Count));
            },
            cancellation);
        if (memory is not null && decoded > 0)
        {
            for (int i = 0; i < found.Length; i++)
            {
                notes[folder.Photos[i].Name] = found[i];
            }

            AtomicFile.WriteAllBytes(memory, JsonSerializer.SerializeToUtf8Bytes(notes));
        }

        var broken = Enumerable.Range(0, folder.Count).Where(i => found[i].Broken is not null)
            .ToDictionary(i => i, i => new BrokenImage(folder.Photos[i].Name, found[i].Broken!));
        hashes =
            [.. found.Where(note => note.Broken is null).Select(
            note => ulong.Parse(note.Hash!, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
        return folder.SetAside(broken);
    }

    private static Note Look(ImageFolder folder, int index)
    {
        PhotoFile photo = folder.Photos[index];
        try
        {
            string hash = NearDuplicates.DifferenceHash(folder.Read(index)).ToString("x16", CultureInfo.InvariantCulture);
            return new Note(photo.Bytes, photo.ModifiedUtc.Ticks, hash, null);
        }
        catch (InputException e) when (!folder.HasChanged(index))
        {
            return new Note(photo.Bytes, photo.ModifiedUtc.Ticks, null, e.Message);
        }
    }

    private static Dictionary<string, Note> Recall(string? memory)
    {
        try
        {
            Dictionary<string, Note>? notes = memory is null ? null : JsonSerializer.Deserialize<Dictionary<string,
                Note>>(File.ReadAllBytes(memory));
            bool sound = notes is not null && notes.Values.All(
                note => note?.Broken is not null || (note?.Hash is { Length: 16 } hash && hash.All(char.IsAsciiHexDigit)));
            return sound ? notes! : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // Nothing is remembered, or not legibly: the photos are looked at again.
            return [];
        }
    }

    private sealed record Note(long Bytes, long Written, string? Hash, string? Broken);
}

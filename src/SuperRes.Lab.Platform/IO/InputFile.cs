using System.IO.Hashing;

namespace SuperRes.Lab.IO;

/// <summary>Opens files that a person named, with errors that say what to do.</summary>
internal static class InputFile
{
    /// <summary>Opens a file for reading; others may replace or delete it meanwhile.</summary>
    /// <exception cref="InputException">The file is missing, a folder, can't be read, or is a Git LFS pointer or a web page.</exception>
    public static FileStream OpenRead(string path)
    {
        if (Directory.Exists(path))
        {
            throw new InputException($"{path} is a folder, and a file was expected; name the file inside it.");
        }

        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16);
            Span<byte> start = stackalloc byte[FilePlaceholder.Length];
            start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
            file.Position = 0;
            if (FilePlaceholder.Of(start) is { } placeholder)
            {
                file.Dispose();
                throw new InputException($"{path} is {placeholder}.");
            }

            return file;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path} does not exist; check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} can't be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>What tells a file's content from others': 32 hexadecimal digits.</summary>
    /// <exception cref="InputException">See <see cref="OpenRead"/>.</exception>
    public static string HashOf(string path)
    {
        using FileStream file = OpenRead(path);
        var hash = new XxHash128();
        hash.Append(file);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}

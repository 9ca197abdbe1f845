using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.WebUtilities;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Web.Api;

/// <summary>Reads what a request sends: a form with the picture (multipart/form-data, field <c>file</c>) and fields, or the picture
/// alone as the body.</summary>
internal sealed class Upload
{
    private const int MostFields = 16, MostFieldBytes = 4096;
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    /// <summary>The picture's file name as it was sent.</summary>
    public string? FileName { get; private set; }

    /// <summary>Whether there was a picture.</summary>
    [MemberNotNullWhen(true, nameof(FileName))]
    public bool HasFile => FileName is not null;

    /// <summary>A field of the form, or of the address.</summary>
    public string? Field(HttpRequest request, string name) =>
        _fields.GetValueOrDefault(name) ?? (request.Query.TryGetValue(name, out var value) ? value.ToString() : null);

    /// <summary>Reads a request; the picture goes into a file.</summary>
    /// <exception cref="InputException">The picture has too many bytes, or the form is no form.</exception>
    /// <exception cref="IOException">The request was cut off, or the file can't be written.</exception>
    public static async Task<Upload> ReadAsync(HttpRequest request, string path, long mostBytes, CancellationToken cancellation)
    {
        var upload = new Upload();
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            || !string.Equals(type.MediaType, "multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            upload.FileName = upload.Field(request, "name") ?? "picture";
            await CopyAsync(request.Body, path, mostBytes, cancellation).ConfigureAwait(false);
            return upload;
        }

        string boundary = type.Parameters.FirstOrDefault(one => one.Name == "boundary")?.Value?.Trim('"')
            ?? throw new InputException("The form has no boundary; send multipart/form-data as browsers and curl -F do.");
        var reader = new MultipartReader(boundary, request.Body);
        while (await reader.ReadNextSectionAsync(cancellation).ConfigureAwait(false) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? part))
            {
                continue;
            }

            string name = part.Name?.Trim('"') ?? "";
            if (name == "file" && !upload.HasFile)
            {
                upload.FileName = part.FileNameStar ?? part.FileName?.Trim('"') ?? "picture";
                await CopyAsync(section.Body, path, mostBytes, cancellation).ConfigureAwait(false);
            }
            else if (upload._fields.Count < MostFields)
            {
                upload._fields[name] = await FieldAsync(section.Body, cancellation).ConfigureAwait(false);
            }
        }

        return upload;
    }

    /// <summary>Refuses what is no picture that can be read, or too large, by the file's header alone.</summary>
    public static ImageInfo Check(string path, string name, int scale, long mostPixels)
    {
        ImageInfo header;
        try
        {
            header = ImageCodec.ReadHeader(path);
        }
        catch (InputException e)
        {
            throw new InputException(e.Message.Replace(path, name, StringComparison.Ordinal), e);
        }

        double pixels = (double)header.Width * header.Height * scale * scale;
        return pixels <= mostPixels ? header : throw new InputException(
            $"{name} is {header.Width:N0}×{header.Height:N0} pixels, and the result would be of {pixels / 1e6:N0} megapixels; up to "
            + $"{mostPixels / 1e6:N0} are computed here: use a smaller picture or scale, or superres upscale.");
    }

    private static async Task CopyAsync(Stream from, string path, long mostBytes, CancellationToken cancellation)
    {
        await using FileStream to = File.Create(path);
        var buffer = new byte[64 << 10];
        long total = 0;
        while (await from.ReadAsync(buffer, cancellation).ConfigureAwait(false) is > 0 and int count)
        {
            total += count;
            if (total > mostBytes)
            {
                throw new InputException($"The file has more than {mostBytes >> 20} MB; use a smaller one, or superres upscale.");
            }

            await to.WriteAsync(buffer.AsMemory(0, count), cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<string> FieldAsync(Stream from, CancellationToken cancellation)
    {
        var buffer = new byte[MostFieldBytes];
        int count = await from.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        return System.Text.Encoding.UTF8.GetString(buffer, 0, count);
    }
}

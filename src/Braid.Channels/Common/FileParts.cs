using System.Net.Http.Headers;
using System.Text;

namespace Braid.Channels.Common;

/// <summary>Multipart uploads, streamed. File names go out as plain UTF-8, which providers expect and .NET would encode otherwise.</summary>
internal static class FileParts
{
    public static MultipartFormDataContent Form(IEnumerable<KeyValuePair<string, string>> fields)
    {
        var form = new MultipartFormDataContent { HeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        foreach (var (name, value) in fields) form.Add(new StringContent(value), $"\"{name}\"");
        return form;
    }

    /// <summary>Opens the file now, so that an unreadable file is found before anything is sent.</summary>
    public static async Task<bool> TryAddAsync(this MultipartFormDataContent form, string field, OutboundAttachment file, CancellationToken ct)
    {
        Stream stream;
        try
        {
            stream = await file.OpenAsync(ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return false;
        }

        HttpContent content = stream.CanSeek ? new StreamContent(stream) : new SizedContent(stream, file.Size);
        content.Headers.ContentType = MediaTypeHeaderValue.TryParse(file.ContentType, out var type) ? type : new("application/octet-stream");
        content.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"{field}\"; filename=\"{SafeName(file.Name)}\"");
        form.Add(content);
        return true;
    }

    private static string SafeName(string name)
    {
        var safe = new StringBuilder(name.Length);
        foreach (var c in name) safe.Append(c is '"' or '\\' || char.IsControl(c) ? '_' : c);
        return safe.Length == 0 ? "file" : safe.ToString();
    }

    /// <summary>A stream that can't tell its length, from an object store: without one the upload would go out in chunks, which not every provider takes.</summary>
    private sealed class SizedContent(Stream stream, long size) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream target, System.Net.TransportContext? context) => stream.CopyToAsync(target);

        protected override Task SerializeToStreamAsync(Stream target, System.Net.TransportContext? context, CancellationToken cancellationToken) =>
            stream.CopyToAsync(target, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = size;
            return size > 0;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) stream.Dispose();
            base.Dispose(disposing);
        }
    }
}

using System.IO.Compression;

namespace EdgeSync.Oci.Registries;

/// <summary>Reads a whole answer, but never more than a limit, whatever its length header says.</summary>
internal static class BoundedBody
{
    private const int ReadSize = 16 * 1024;

    /// <summary>
    /// A manifest, a token or another document. A proxy may compress it although the request says 'identity'; its digest is of what it is without that.
    /// </summary>
    public static async Task<byte[]> ReadDocumentAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        var sent = await ReadAsync(response, limit, cancellationToken);
        if (sent is not [0x1F, 0x8B, ..] || !response.Content.Headers.ContentEncoding.Contains("gzip", StringComparer.OrdinalIgnoreCase))
        {
            return sent;
        }

        try
        {
            await using var unpacked = new GZipStream(new MemoryStream(sent), CompressionMode.Decompress);
            return await ReadAsync(unpacked, response.RequestMessage?.RequestUri, limit, cancellationToken);
        }
        catch (InvalidDataException failure)
        {
            throw RegistryFaults.Violation(response.RequestMessage?.RequestUri, "the answer says that it is gzip, and is not", failure);
        }
    }

    /// <summary>The bytes as they were sent.</summary>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        var uri = response.RequestMessage?.RequestUri;
        if (response.Content.Headers.ContentLength > limit)
        {
            throw RegistryFaults.TooLarge(uri, limit);
        }

        await using var source = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await ReadAsync(source, uri, limit, cancellationToken);
    }

    private static async Task<byte[]> ReadAsync(Stream source, Uri? uri, int limit, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var buffer = new byte[ReadSize];
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (content.Length + read > limit)
            {
                throw RegistryFaults.TooLarge(uri, limit);
            }

            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }
}

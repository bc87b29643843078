namespace EdgeSync.Oci.Registries;

/// <summary>Reads a whole answer, but never more than a limit, whatever its length header says.</summary>
internal static class BoundedBody
{
    private const int ReadSize = 16 * 1024;

    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        var uri = response.RequestMessage?.RequestUri;
        if (response.Content.Headers.ContentLength > limit)
        {
            throw RegistryFaults.TooLarge(uri, limit);
        }

        await using var source = await response.Content.ReadAsStreamAsync(cancellationToken);
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

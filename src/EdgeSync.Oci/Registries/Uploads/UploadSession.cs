namespace EdgeSync.Oci.Registries.Uploads;

/// <summary>An upload that the registry has opened: where to send to, how much it has, and the least it takes at once.</summary>
internal sealed record UploadSession(Uri Location, long Offset, int LeastChunk)
{
    private const int MostChunk = 256 * 1024 * 1024;

    /// <summary>The session that an answer to POST, PATCH or GET describes.</summary>
    public static UploadSession From(Uri asked, HttpResponseMessage response, long offset, int leastChunk)
    {
        var location = response.Headers.Location is { } header ? RedirectRules.Follow(asked, header) : asked;
        if (!RedirectRules.IsSameOrigin(location, asked))
        {
            throw RegistryFaults.Violation(asked, "it wants the content sent to another host");
        }

        return new UploadSession(location, offset, Math.Max(leastChunk, LeastChunkOf(response)));
    }

    /// <summary>How much the registry has by its Range header ("0-4" is five bytes), or null where it does not say.</summary>
    public static long? ReceivedBy(HttpResponseMessage response)
    {
        var text = response.Headers.TryGetValues("Range", out var values) ? values.FirstOrDefault() : null;
        var dash = text?.IndexOf('-', StringComparison.Ordinal) ?? -1;
        return dash >= 0 && long.TryParse(text.AsSpan(dash + 1), out var last) && last >= 0 ? last + 1 : null;
    }

    /// <summary>The address that ends the upload with this digest.</summary>
    public Uri Finish(string digest)
    {
        var separator = Location.Query.Length > 0 ? '&' : '?';
        return new Uri($"{Location.AbsoluteUri}{separator}digest={Uri.EscapeDataString(digest)}");
    }

    private static int LeastChunkOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("OCI-Chunk-Min-Length", out var values)
        && int.TryParse(values.FirstOrDefault(), out var least)
        && least is > 0 and <= MostChunk
            ? least
            : 0;
}

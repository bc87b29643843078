namespace EdgeSync.Oci.Registries.Uploads;

/// <summary>An upload that the registry has opened: where to send to, how much it has, and the least it takes at once.</summary>
internal sealed record UploadSession(Uri Location, long Offset, int LeastChunk)
{
    private const int MostChunk = 256 * 1024 * 1024;

    /// <summary>The session that an answer to POST, PATCH or GET describes. <paramref name="uploads"/> is the path of all uploads of the repository.</summary>
    public static UploadSession From(Uri asked, HttpResponseMessage response, Uri uploads, long offset, int leastChunk)
    {
        var location = response.Headers.Location is { } header ? OnThisHost(asked, header, uploads) : asked;
        return location.AbsolutePath == uploads.AbsolutePath
            ? throw RegistryFaults.Violation(asked, "it opened no upload that content could be sent to")
            : new UploadSession(location, offset, Math.Max(leastChunk, LeastChunkOf(response)));
    }

    // A registry behind a proxy often does not know its own address: it names http for https, another port, or an internal host. The content, and
    // with it the login, goes to the host that was asked, and only the path is taken from the answer.
    private static Uri OnThisHost(Uri asked, Uri header, Uri uploads)
    {
        var target = header.IsAbsoluteUri ? header : new Uri(asked, header);
        if (RedirectRules.IsSameOrigin(target, asked))
        {
            return RedirectRules.Follow(asked, target);
        }

        var isUpload = target.AbsolutePath.StartsWith(uploads.AbsolutePath, StringComparison.Ordinal);
        return target.Scheme is "http" or "https"
            && target.UserInfo.Length == 0
            && (isUpload || (target.IsDefaultPort && target.Host.Equals(asked.Host, StringComparison.OrdinalIgnoreCase)))
                ? new Uri(asked, target.PathAndQuery)
                : throw RegistryFaults.Violation(asked, $"it wants the content sent to another host, {target.Authority}");
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

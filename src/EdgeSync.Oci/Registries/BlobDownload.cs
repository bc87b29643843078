namespace EdgeSync.Oci.Registries;

/// <summary>A blob on its way. Dispose of it to close the connection. The bytes are not verified here.</summary>
public sealed class BlobDownload : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;

    internal BlobDownload(HttpResponseMessage response, Stream content, long offset, string? entityTag)
    {
        _response = response;
        Content = content;
        Offset = offset;
        EntityTag = entityTag;
    }

    /// <summary>The bytes from <see cref="Offset"/> on.</summary>
    public Stream Content { get; }

    /// <summary>Where the content begins: what was asked for, or 0 where the registry ignores ranges or has other content now.</summary>
    public long Offset { get; }

    /// <summary>The strong entity tag, to be handed in when the rest is asked for; or null.</summary>
    public string? EntityTag { get; }

    /// <summary>Closes the connection or gives it back. Safe to call twice.</summary>
    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync();
        _response.Dispose();
    }
}

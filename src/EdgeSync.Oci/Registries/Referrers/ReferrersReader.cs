using System.Net;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;

namespace EdgeSync.Oci.Registries.Referrers;

/// <summary>
/// Lists what refers to a manifest: by the referrers API, or by the fallback tag where the registry has none (OCI distribution
/// specification 1.1, "Listing Referrers"). What comes is not trusted, and bounded in pages and entries.
/// </summary>
internal sealed class ReferrersReader(RegistryTransport transport, RegistryClient client)
{
    private const int MaxPages = 16;
    private const int MaxReferrers = 10_000;

    /// <summary>The tag that stands in for the API: <c>sha256-…</c>.</summary>
    public static string FallbackTag(Digest subject) => $"sha256-{subject.Hex}";

    public async Task<IReadOnlyList<Descriptor>> ListAsync(
        string repository, Digest subject, string? artifactType, CancellationToken cancellationToken)
    {
        var found = await ListByApiAsync(repository, subject, artifactType, cancellationToken)
            ?? await ListByTagAsync(repository, subject, cancellationToken);
        return artifactType is null ? found : [.. found.Where(entry => entry.ArtifactType == artifactType)];
    }

    public async Task<IReadOnlyList<Descriptor>> ListByTagAsync(string repository, Digest subject, CancellationToken cancellationToken)
    {
        var manifest = await client.FindManifestAsync(repository, FallbackTag(subject), cancellationToken);
        return manifest?.Content is ImageIndex index ? index.Manifests : [];
    }

    // Null where the registry has no such API.
    private async Task<IReadOnlyList<Descriptor>?> ListByApiAsync(
        string repository, Digest subject, string? artifactType, CancellationToken cancellationToken)
    {
        var query = artifactType is null ? "" : "?artifactType=" + Uri.EscapeDataString(artifactType);
        var first = new Uri(transport.Paths.Referrers(repository, subject) + query);
        var found = new List<Descriptor>();
        var next = first;
        for (var page = 0; page < MaxPages && next is not null && found.Count < MaxReferrers; page++)
        {
            var (entries, following) = await ReadPageAsync(repository, next, cancellationToken);
            if (entries is null)
            {
                return page == 0 ? null : found;
            }

            found.AddRange(entries.Take(MaxReferrers - found.Count));
            next = following;
        }

        return found;
    }

    private Task<(IReadOnlyList<Descriptor>? Entries, Uri? Next)> ReadPageAsync(
        string repository, Uri address, CancellationToken cancellationToken) =>
        transport.SendAsync<(IReadOnlyList<Descriptor>?, Uri?)>(
            new RegistryRequest(HttpMethod.Get, address, RegistryPaths.PullScope(repository))
            {
                Headers = [("Accept", MediaTypes.ImageIndex)],
                Accepts = [HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed],
                AcceptsWebPages = true,
            },
            async (response, token) =>
            {
                // Some registries show their web pages under all paths that they do not know.
                if (response.StatusCode != HttpStatusCode.OK || RegistryFaults.IsWebPage(response))
                {
                    return (null, null);
                }

                var bytes = await BoundedBody.ReadDocumentAsync(response, ManifestReader.MaxSize, token);
                return ManifestReader.Read(bytes, MediaTypes.ImageIndex).Content is ImageIndex index
                    ? (index.Manifests, NextPage(address, response))
                    : throw RegistryFaults.Violation(address, "the referrers are no image index");
            },
            cancellationToken);

    // A next page on another host would take the token there.
    private static Uri? NextPage(Uri current, HttpResponseMessage response)
    {
        var link = response.Headers.TryGetValues("Link", out var values) ? values.FirstOrDefault() : null;
        if (link is null || !link.StartsWith('<') || !link.Contains("rel=\"next\"", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var end = link.IndexOf('>', StringComparison.Ordinal);
        return end > 1 && Uri.TryCreate(current, link[1..end], out var next) && RedirectRules.IsSameOrigin(current, next)
            ? next
            : throw RegistryFaults.Violation(current, "the next page of referrers is on another host, or is no address");
    }
}

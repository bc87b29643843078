using System.Text.Json;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Primitives;

namespace EdgeSync.Oci.Registries;

/// <summary>Reads what a registry answers with success, and tells it from what something else answers in its place.</summary>
internal static class RegistryAnswers
{
    public static async Task<ReceivedManifest> ReadManifestAsync(
        HttpResponseMessage response, Digest? expected, CancellationToken cancellationToken)
    {
        var bytes = await BoundedBody.ReadDocumentAsync(response, ManifestReader.MaxSize, cancellationToken);
        var announced = response.Headers.TryGetValues("Docker-Content-Digest", out var values)
            && Digest.TryParse(values.FirstOrDefault(), out var header)
                ? header
                : (Digest?)null;

        // Some registries say text/plain or octet-stream for every manifest; then the document alone decides.
        var type = response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant();
        var isManifestType = MediaTypes.IsManifest(type) || MediaTypes.IsIndex(type);
        try
        {
            return ManifestReader.Read(bytes, isManifestType ? type : null, expected ?? announced);
        }
        catch (RegistryException failure) when (!isManifestType && announced is null && !ManifestReader.LooksLikeManifest(bytes))
        {
            throw RegistryFaults.NoRegistry(
                response.RequestMessage?.RequestUri, RegistryFaults.IsMarkup(bytes) ? "a web page" : "something that sends other content than manifests", failure);
        }
    }

    /// <summary>Content may be a web page; but then the registry says which content it is.</summary>
    public static void RefuseWebPage(HttpResponseMessage response)
    {
        if (RegistryFaults.IsWebPage(response) && !response.Headers.Contains("Docker-Content-Digest"))
        {
            throw RegistryFaults.NoRegistry(response.RequestMessage?.RequestUri, RegistryFaults.Describe(response));
        }
    }

    public static async Task<IReadOnlyList<string>> ReadTagsAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        var bytes = await BoundedBody.ReadDocumentAsync(response, ManifestReader.MaxSize, cancellationToken);
        try
        {
            var list = JsonSerializer.Deserialize(bytes, RegistryJsonContext.Default.TagList);
            return [.. (list?.Tags ?? []).Where(tag => ReferenceGrammar.IsTag(tag)).Take(limit)];
        }
        catch (JsonException failure)
        {
            throw RegistryFaults.Violation(response.RequestMessage?.RequestUri, "the list of tags is not JSON as a registry writes it", failure);
        }
    }
}

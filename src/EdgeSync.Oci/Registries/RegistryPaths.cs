using System.Globalization;
using EdgeSync.Oci.References;
using EdgeSync.Primitives;

namespace EdgeSync.Oci.Registries;

/// <summary>The addresses and token scopes of the OCI distribution specification. Names are checked, so nothing can climb out of its path.</summary>
internal sealed class RegistryPaths(Uri baseAddress)
{
    public Uri Ping => new(baseAddress, "v2/");

    public static string PullScope(string repository) => $"repository:{repository}:pull";

    public static string PushScope(string repository) => $"repository:{repository}:pull,push";

    /// <summary>The first repository that a scope names, or null.</summary>
    public static string? RepositoryOf(string scope) => scope.Split(':') is ["repository", var repository, ..] ? repository : null;

    public Uri Tags(string repository, int limit) => Make(repository, string.Create(CultureInfo.InvariantCulture, $"tags/list?n={limit}"));

    public Uri Manifest(string repository, string tag) => ReferenceGrammar.IsTag(tag)
        ? Make(repository, $"manifests/{tag}")
        : throw new ArgumentException($"'{tag}' is not a tag", nameof(tag));

    public Uri Manifest(string repository, Digest digest) => Make(repository, $"manifests/{digest}");

    public Uri Blob(string repository, Digest digest) => Make(repository, $"blobs/{digest}");

    public Uri Referrers(string repository, Digest digest) => Make(repository, $"referrers/{digest}");

    public Uri Uploads(string repository, string query = "") => Make(repository, $"blobs/uploads/{query}");

    private Uri Make(string repository, string rest) => ReferenceGrammar.IsRepository(repository)
        ? new Uri(baseAddress, $"v2/{repository}/{rest}")
        : throw new ArgumentException($"'{repository}' is not a repository", nameof(repository));
}

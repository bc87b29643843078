namespace EdgeSync.Oci.Registries;

/// <summary>The answer of <c>/v2/&lt;name&gt;/tags/list</c>.</summary>
internal sealed record TagList(string? Name, IReadOnlyList<string>? Tags);

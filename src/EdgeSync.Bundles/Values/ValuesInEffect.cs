using System.Text;
using System.Text.Json;
using EdgeSync.Primitives;

namespace EdgeSync.Bundles.Values;

/// <summary>
/// What a site's values and labels made of a bundle. It is kept with the release, so that a restart, or a repair where the configuration is broken, uses the
/// same; and it is part of the site's fingerprint. Secrets are in it by their sources only.
/// </summary>
public sealed record ValuesInEffect
{
    /// <summary>The values that the objects use, sorted by name; no secret.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where the secrets are that the objects use, sorted by name; null for none.</summary>
    public IReadOnlyDictionary<string, string>? Secrets { get; init; }

    /// <summary>The enabled components, where labels decide about some; or null.</summary>
    public IReadOnlyList<string>? Components { get; init; }

    /// <inheritdoc/>
    public bool Equals(ValuesInEffect? other) =>
        other is not null && Fingerprint() == other.Fingerprint() && Sorted(Secrets).SequenceEqual(Sorted(other.Secrets));

    /// <inheritdoc/>
    public override int GetHashCode() => Fingerprint().GetHashCode();

    /// <summary>
    /// One hash that is equal where the values, the names of the secrets and the components are. A secret itself is not in it: with few possible secrets,
    /// who sees the hash could find the secret.
    /// </summary>
    public Digest Fingerprint()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in Sorted(Values))
        {
            text.Append(null, $"value {name}={JsonEncodedText.Encode(value)}\n");
        }

        foreach (var (name, _) in Sorted(Secrets))
        {
            text.Append(null, $"secret {name}\n");
        }

        foreach (var name in Components ?? [])
        {
            text.Append(null, $"component {name}\n");
        }

        return Digest.Of(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static IEnumerable<KeyValuePair<string, string>> Sorted(IReadOnlyDictionary<string, string>? pairs) =>
        (pairs ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal);
}

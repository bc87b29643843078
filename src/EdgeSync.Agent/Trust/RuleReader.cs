using EdgeSync.Signing.Policies;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Trust;

/// <summary><c>releases</c> and <c>bundles</c> of <c>trust.yaml</c>: what a repository or channel requires.</summary>
internal sealed class RuleReader(AuthorityList authorities)
{
    private const int MaxRules = 64;

    public IReadOnlyList<ReleaseRule> ReadReleases(YamlSection reader) => ReadAll(reader, "releases", "release", ReadRelease);

    public IReadOnlyList<BundleRule> ReadBundles(YamlSection reader) => ReadAll(reader, "bundles", "bundle", ReadBundle);

    private static List<T> ReadAll<T>(YamlSection reader, string key, string what, Func<YamlSection, string, TrustScope, T?> read)
        where T : class
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var scopes = new HashSet<string>(StringComparer.Ordinal);
        var number = 0;
        var rules = reader.Sections(key, section =>
        {
            var name = section.OptionalText("name") ?? $"{key}[{number}]";
            number++;
            var scope = new TrustScope(
                PatternText.ReadList(section, "repositories", FindRepositoryProblem), PatternText.ReadList(section, "channels"));
            if (!names.Add(name))
            {
                section.Fault("name", $"another rule here is called '{name}'; give each its own name");
            }

            if (!scopes.Add(TextOf(scope)))
            {
                section.Fault("", $"is for the very same repositories and channels as another rule; it would never be chosen");
            }

            return read(section, name, scope);
        });
        if (rules.Count is 0 or > MaxRules)
        {
            reader.Fault(key, rules.Count == 0 ? $"has no rule; without one no {what} is ever trusted" : $"has {rules.Count} rules, more than {MaxRules}");
        }

        return [.. rules.OfType<T>()];
    }

    private ReleaseRule? ReadRelease(YamlSection reader, string name, TrustScope scope)
    {
        var named = authorities.Named(reader, "authorities");
        var isReachable = TryReadThreshold(reader, named, out var threshold);
        var urgent = reader.OptionalSection("urgent", section => ReadUrgent(section, named));
        return isReachable ? new ReleaseRule(name, scope, named, threshold) { Urgent = urgent } : null;
    }

    private UrgentRule? ReadUrgent(YamlSection reader, IReadOnlyList<TrustAuthority> signers)
    {
        var named = authorities.Named(reader, "authorities");
        if (named.FirstOrDefault(authority => !signers.Contains(authority)) is { } stranger)
        {
            reader.Fault("authorities", $"'{stranger.Name}' is none of the rule's authorities, and so its signature would not be looked for; add it there");
        }

        return TryReadThreshold(reader, named, out var threshold) ? new UrgentRule(named, threshold) : null;
    }

    private BundleRule? ReadBundle(YamlSection reader, string name, TrustScope scope)
    {
        var named = authorities.Named(reader, "authorities");
        var isReachable = TryReadThreshold(reader, named, out var threshold);
        var attestations = new AttestationReader(authorities, named).Read(reader);
        return isReachable ? new BundleRule(name, scope, named, threshold, attestations) : null;
    }

    // False always comes with a fault, here or at an authority: if a rule were silently dropped, a less strict rule would apply to its repositories.
    private static bool TryReadThreshold(YamlSection reader, IReadOnlyList<TrustAuthority> named, out int threshold)
    {
        var different = TrustRule.CountDifferent(named);
        threshold = reader.Number("threshold", 1, 1, TrustRule.MaxAuthorities);
        if (!reader.Has("authorities"))
        {
            reader.Fault("authorities", "names nobody whose signature could count; write 'authorities: [NAME]'");
        }
        else if (named.Count > TrustRule.MaxAuthorities)
        {
            reader.Fault("authorities", $"names {named.Count}, more than {TrustRule.MaxAuthorities}");
        }
        else if (threshold > different && different > 0)
        {
            // When no authority is left, each already has a fault of its own.
            reader.Fault("threshold", $"asks for {threshold}, but 'authorities' are {different} different ones (one key under two names is one); "
                + "nothing could ever be trusted");
        }

        return different > 0 && threshold <= different && named.Count <= TrustRule.MaxAuthorities;
    }

    // A pattern that can never match would let another rule apply, and nobody would notice.
    private static string? FindRepositoryProblem(string text)
    {
        var name = text.IndexOf('/') is var slash and >= 0 ? text[slash..] : "";
        return text.Contains("://", StringComparison.Ordinal) || text.Contains('@', StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal)
            ? $"'{text}' is not a repository; write HOST[:PORT]/NAME, with stars as wildcards, without scheme, tag and digest"
            : name.Any(char.IsAsciiLetterUpper) ? $"'{text}' fits nothing; the names of repositories are in lower case" : null;
    }

    private static string TextOf(TrustScope scope) =>
        $"{string.Join(' ', scope.Repositories.Select(p => p.ToString()).Order())}|{string.Join(' ', scope.Channels.Select(p => p.ToString()).Order())}";
}

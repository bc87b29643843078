using EdgeSync.Kubernetes.Fields;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Reconciliation;

/// <summary>One channel that this site follows, from its configuration.</summary>
/// <param name="Name">The channel, which is also the tag of its release records.</param>
/// <param name="Repository">Registry and repository of the release records, <c>registry.example.com/retail/releases</c>.</param>
/// <param name="Every">How often to poll, before jitter.</param>
/// <param name="Namespace">The namespace of objects that name none.</param>
/// <param name="HealthDeadline">How long a bundle may take to become healthy before it is rolled back.</param>
public sealed record ChannelSubscription(string Name, string Repository, TimeSpan Every, string Namespace, TimeSpan HealthDeadline)
{
    /// <summary>The plain tag of bundles in <see cref="Repository"/> that the site follows; null where it follows signed releases.</summary>
    public string? Tag { get; init; }

    /// <summary>The tag that is polled.</summary>
    public string PolledTag => Tag ?? Name;

    /// <summary>What its bundles may bring; null where there is no limit.</summary>
    public TenantLimits? Tenant { get; init; }

    /// <summary>What becomes of fields that another manager owns with another value, where an object does not say.</summary>
    public ConflictPolicy Conflicts { get; init; }

    /// <summary>Fields that belong to others at this site, besides those that its bundles name.</summary>
    public IReadOnlyList<IgnoreRule> Ignore { get; init; } = [];

    /// <summary>When its downloads and activations may begin.</summary>
    public ChannelWindows Windows { get; init; } = ChannelWindows.Always;

    /// <summary>What the site's own rules add to the fingerprint of what is live; empty where it has none.</summary>
    internal string FieldPolicy => Ignore.Count == 0 && Conflicts == ConflictPolicy.Take ? "" : string.Join(
        '\n', Ignore.Select(rule => $"ignore {rule.Kind} {rule.Namespace}/{rule.Name} {string.Join(' ', rule.Fields)}").Prepend($"\nconflicts {Conflicts}"));
}

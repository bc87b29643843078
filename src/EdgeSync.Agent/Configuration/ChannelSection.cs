using EdgeSync.Bundles.Definition;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Oci.References;
using EdgeSync.Reconciliation;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary><c>channels[]</c>: one stream of releases that the site follows.</summary>
internal sealed record ChannelSection
{
    /// <summary>The channel's name; the tag of its release records.</summary>
    public required string Name { get; init; }

    /// <summary>The repository of the release records, <c>host[:port]/path</c>.</summary>
    public required string Reference { get; init; }

    /// <summary>The plain tag of bundles that the site follows; null where it follows signed releases.</summary>
    public string? FollowTag { get; init; }

    /// <summary>How often to poll for a release.</summary>
    public required TimeSpan Every { get; init; }

    /// <summary>The namespace of objects that name none.</summary>
    public required string Namespace { get; init; }

    /// <summary>How long a bundle may take to become healthy before it is rolled back.</summary>
    public required TimeSpan HealthDeadline { get; init; }

    /// <summary>What its bundles may bring; null where there is no limit.</summary>
    public TenantLimits? Tenant { get; init; }

    /// <summary>What becomes of fields that another manager owns with another value.</summary>
    public required ConflictPolicy Conflicts { get; init; }

    /// <summary>When its downloads and activations may begin; what it does not say, the site's windows do.</summary>
    public required WindowsSection Windows { get; init; }

    /// <summary>Fields that belong to others at this site.</summary>
    public required IReadOnlyList<IgnoreRule> Ignore { get; init; }

    public static ChannelSection Read(YamlSection reader)
    {
        var @namespace = reader.OptionalName("namespace", "default");
        var section = new ChannelSection
        {
            Name = reader.Name("name", "stable"),
            Reference = reader.Text("reference", "registry.example.com/retail/releases"),
            FollowTag = reader.OptionalText("followTag"),
            Every = reader.Duration("every", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            Namespace = @namespace,
            HealthDeadline = reader.Duration("healthDeadline", TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            Conflicts = reader.Choice("conflicts", ConflictPolicy.Take, [.. ConflictPolicies.Words]),
            Windows = reader.OptionalSection("windows", WindowsSection.Read) ?? WindowsSection.None,
            Ignore = IgnoreRuleReader.Read(reader, (rule, _) => rule),
            Tenant = reader.OptionalSection("tenant", tenant => TenantSection.Read(tenant, @namespace)),
        };
        if (section.Reference.Length > 0 && RepositoryName.Problem(section.Reference) is { } problem)
        {
            reader.Fault("reference", problem);
        }

        if (section.FollowTag is { } tag)
        {
            if (OciReference.TryParse($"registry.example/name:{tag}", out var reference) && reference.Tag == tag)
            {
                reader.Warn("followTag", $"channel {section.Name} follows the plain tag '{tag}': its bundles must be signed, but nothing protects from replay and freeze; signed releases do");
            }
            else
            {
                reader.Fault("followTag", $"'{tag}' is no tag; it has up to 128 letters, digits and . _ -");
            }
        }

        return section;
    }

    /// <summary>The same for the pipeline.</summary>
    public ChannelSubscription ToSubscription() => new(Name, Reference, Every, Namespace, HealthDeadline) { Tag = FollowTag, Tenant = Tenant, Conflicts = Conflicts, Ignore = Ignore };
}

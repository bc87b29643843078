using EdgeSync.Bundles.Metadata;
using EdgeSync.Bundles.Reading;
using EdgeSync.Bundles.Values;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Snapshots;
using EdgeSync.Primitives;

namespace EdgeSync.Agent.Commands;

/// <summary>What <c>bundle inspect</c> shows.</summary>
internal sealed record BundleInspection(
    string Name,
    string Version,
    Digest Digest,
    string Kind,
    BundleRequirements Requires,
    IReadOnlyList<string>? AllowedNamespaces,
    IReadOnlyList<BundleInspection.Component> Components,
    IReadOnlyList<BundleInspection.Image> Images,
    IReadOnlyDictionary<string, ValueDeclaration>? Values)
{
    public IReadOnlyList<SnapshotRequest>? Snapshots { get; init; }

    public static BundleInspection Of(BundleContent content) => new(
        content.Metadata.Name,
        content.Metadata.Version,
        content.Root.Digest,
        content.Origin == BundleOrigin.EdgeSync ? "bundle" : "archive",
        content.Metadata.Requires,
        content.Metadata.AllowedNamespaces,
        [.. content.Components.Select(c => new Component(
            c.Name, c.Namespace, c.DependsOn, (int?)c.HealthTimeout?.TotalSeconds, c.ReadyWhen.Count > 0 ? c.ReadyWhen : null, [.. c.Objects.Select(o => new Item(o.ApiVersion, o.Kind, o.Namespace, o.Name))], c.When?.MatchLabels)
        {
            Hooks = c.Hooks.Count > 0 ? [.. c.Hooks.Select(h => new HookItem([.. h.Moments.Select(moment => moment.Name())], h.Job.Namespace, h.Job.Name, (int?)h.Timeout?.TotalSeconds, h.Weight))] : null,
        })],
        [.. content.Images.Select(i => new Image(i.Reference, i.Descriptor.Digest, i.Descriptor.MediaType))],
        content.Metadata.Values)
    {
        Snapshots = content.Metadata.Snapshots,
    };

    internal sealed record Component(
        string Name, string? Namespace, IReadOnlyList<string> DependsOn, int? HealthTimeoutSeconds, IReadOnlyList<ReadyRule>? ReadyWhen, IReadOnlyList<Item> Objects,
        IReadOnlyDictionary<string, string>? When)
    {
        public IReadOnlyList<HookItem>? Hooks { get; init; }
    }

    internal sealed record HookItem(IReadOnlyList<string> Moments, string? Namespace, string Job, int? TimeoutSeconds, int Weight);

    internal sealed record Item(string ApiVersion, string Kind, string? Namespace, string Name);

    internal sealed record Image(string Reference, Digest Digest, string MediaType);
}

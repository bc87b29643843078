using System.Text.Json.Nodes;
using EdgeSync.Bundles.Definition;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Snapshots;
using EdgeSync.Yaml;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>Snapshots of volumes that no site can make, and restores that lose something.</summary>
internal sealed class SnapshotRule : ILintRule
{
    private const string Snapshots = "snapshot.storage.k8s.io";
    private const string LocalPath = "local-path";
    private const string LocalPathProvisioner = "rancher.io/local-path";

    public IEnumerable<LintFinding> Check(LintContext context)
    {
        var entries = context.Folder.Definition?.Snapshots ?? [];
        if (entries.Count > 0 && !context.Objects.Any(item => item.Id.GroupKind == $"VolumeSnapshotClass.{Snapshots}"))
        {
            yield return At(
                LintRules.SnapshotUnsupported, LintSeverity.Info, entries[0].Position,
                "snapshots need a CSI driver that can make them, the snapshot controller and a VolumeSnapshotClass at every site; the bundle brings no such class, and k3s has none");
        }

        foreach (var finding in entries.SelectMany(entry => Check(context, entry.Request, entry.Position)))
        {
            yield return finding;
        }
    }

    private static IEnumerable<LintFinding> Check(LintContext context, SnapshotRequest request, TextPosition position)
    {
        // A namespace that the site decides (null) is taken for any.
        var near = context.Objects.Where(item => item.Namespace is null || request.Namespace is null || item.Namespace == request.Namespace).Select(item => item.Item);
        if (ClaimOwners.Find(near, request.Claim) is not { } owner)
        {
            yield return At(
                LintRules.SnapshotUnmatched, LintSeverity.Warning, position,
                $"snapshots names the claim '{request.Claim}', which the bundle does not make; claims of a StatefulSet are named TEMPLATE-STATEFULSET-NUMBER"
                + (request.Restore ? ". A site does not restore it" : ""));
            yield break;
        }

        var claim = ClaimOwners.FindTemplate(owner, request.Claim) ?? owner.Json;
        foreach (var problem in FindUnsupported(context, request, claim))
        {
            yield return At(LintRules.SnapshotUnsupported, LintSeverity.Warning, position, problem);
        }

        foreach (var problem in request.Restore ? FindRisks(request, owner, claim) : [])
        {
            yield return At(LintRules.SnapshotRestore, LintSeverity.Warning, position, problem);
        }
    }

    private static IEnumerable<string> FindUnsupported(LintContext context, SnapshotRequest request, JsonObject claim)
    {
        var storage = claim.Text("spec", "storageClassName");
        if (storage == LocalPath || IsLocalPath(context, storage))
        {
            yield return $"the claim '{request.Claim}' has the storage class '{storage}', and local-path cannot make snapshots";
        }
        else if (storage is null)
        {
            yield return $"the claim '{request.Claim}' names no storage class; the default one of k3s is local-path, which cannot make snapshots";
        }

        var classes = context.Objects.Where(item => item.Id.GroupKind == $"VolumeSnapshotClass.{Snapshots}").Select(item => item.Item.Name).ToList();
        if (request.Class is { } name && classes.Count > 0 && !classes.Contains(name))
        {
            yield return $"the snapshot of the claim '{request.Claim}' names the VolumeSnapshotClass '{name}', and the bundle brings {string.Join(", ", classes)}";
        }
    }

    private static bool IsLocalPath(LintContext context, string? storage) => storage is not null && context.Objects.Any(
        item => item.Id.GroupKind == "StorageClass.storage.k8s.io" && item.Item.Name == storage && item.Item.Json.Text("provisioner") == LocalPathProvisioner);

    private static IEnumerable<string> FindRisks(SnapshotRequest request, KubernetesObject owner, JsonObject claim)
    {
        if (owner.Json.At("spec", "persistentVolumeClaimRetentionPolicy") is JsonObject policy && policy.Any(rule => rule.Value.Text() == "Delete"))
        {
            yield return $"{owner.Id} has a persistentVolumeClaimRetentionPolicy that deletes claims; a site does not restore '{request.Claim}' then";
        }

        if (claim.At("spec", "dataSource") is not null || claim.At("spec", "dataSourceRef") is not null)
        {
            yield return $"the claim '{request.Claim}' has a dataSource of its own; a site does not restore it";
        }

        if (claim.At("spec", "accessModes") is JsonArray modes && modes.Any(mode => mode.Text() == "ReadWriteMany"))
        {
            yield return $"the claim '{request.Claim}' can be used by several nodes at once; a restore is refused while pods that are not of this channel use it";
        }

        if (request.Optional)
        {
            yield return $"the claim '{request.Claim}' is to be restored and its snapshot is not required; where there is none, a rollback keeps what the failed release wrote";
        }
    }

    private static LintFinding At(string rule, LintSeverity severity, TextPosition position, string message) =>
        new(rule, severity, BundleDefinition.FileName, position.Line, message) { Column = position.Column };
}

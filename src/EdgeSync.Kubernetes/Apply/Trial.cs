using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>What the apply of an object that exists would do, and the live object's resource version.</summary>
internal readonly record struct Trial(TrialResult Result, string Version)
{
    /// <summary>The fields that the apply takes from other managers, or leaves to them; null for none.</summary>
    public IReadOnlyList<FieldConflict>? Conflicts { get; init; }

    /// <summary>Whether somebody has deleted the live object and something keeps it from going.</summary>
    public bool IsTerminating { get; init; }

    /// <summary>Compares the live object with the outcome of the dry run. The server rewrites, merges and defaults both alike.</summary>
    public static Trial Of(JsonObject? live, JsonObject outcome, KubernetesObject item, string fieldManager)
    {
        var version = live.Text("metadata", "resourceVersion") ?? "";
        var result = live is null || version != outcome.Text("metadata", "resourceVersion") ? TrialResult.Unknown
            : ObjectDiff.Compare(live, outcome).Count > 0 ? TrialResult.Changes
            : SecretKeys.LeftOver(live, item, fieldManager).Count > 0 ? TrialResult.Changes
            : OwnedFields.Differ(live, outcome, fieldManager) || OwnedFields.FindUpdate(live, fieldManager) is not null
                || IgnoredFields.PatchToGiveUp(live, item.Fields, fieldManager).Count > 0 ? TrialResult.TakesOver
            : TrialResult.ChangesNothing;
        return new Trial(result, version) { IsTerminating = live.At("metadata", "deletionTimestamp") is not null };
    }
}

/// <summary>What the apply of an object that exists would do.</summary>
internal enum TrialResult
{
    /// <summary>It could not be found out.</summary>
    Unknown,

    /// <summary>Fields would change.</summary>
    Changes,

    /// <summary>No value would change, only whose fields they are.</summary>
    TakesOver,

    /// <summary>Nothing at all, so that it need not be sent.</summary>
    ChangesNothing,

    /// <summary>The server refuses to merge it with what is live, but takes it in place of what is live.</summary>
    Replaces,
}

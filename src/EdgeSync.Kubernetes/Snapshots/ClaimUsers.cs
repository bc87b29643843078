using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Snapshots;

/// <summary>Finds and removes the workloads of one ApplySet that use claims, so that the claims can be deleted.</summary>
internal sealed class ClaimUsers(KubernetesClient client, TimeProvider time, string applySet)
{
    private const int MostOwners = 4;
    private static readonly (string Group, string Kind)[] Kinds =
        [("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "DaemonSet"), ("apps", "ReplicaSet"), ("batch", "CronJob"), ("batch", "Job"), ("", "Pod")];

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // As long as pods usually take to end.
    private static readonly TimeSpan EndLimit = TimeSpan.FromMinutes(2);

    /// <summary>The workloads of the ApplySet that use one of the claims, and why they or others must not be stopped; null where they may.</summary>
    public async Task<(IReadOnlyList<(ObjectId Id, string Uid)> Own, string? Obstacle)> FindAsync(IReadOnlyList<ObjectId> claims, CancellationToken cancellationToken)
    {
        var own = new List<(ObjectId Id, string Uid)>();
        foreach (var live in await ListOwnAsync(claims, cancellationToken))
        {
            if (FindRetention(live) is { } retention)
            {
                return ([], retention);
            }

            own.Add((new KubernetesObject(live).Id, live.Text("metadata", "uid")!));
        }

        foreach (var pod in await ListPodsAsync(claims, cancellationToken))
        {
            if (await FindTopAsync(pod, cancellationToken) is { } top && !own.Exists(user => user.Uid == top.Text("metadata", "uid")))
            {
                return ([], $"{new KubernetesObject(top).Id} uses it and does not belong to this channel, or cannot be stopped by the agent");
            }
        }

        return (own, null);
    }

    /// <summary>
    /// Deletes the workloads and waits until their pods have ended. Throws <see cref="KubernetesApiException"/> (<c>ClusterTimeout</c>) where they have not after some minutes.
    /// </summary>
    public async Task RemoveAsync(IReadOnlyList<(ObjectId Id, string Uid)> own, IReadOnlyList<ObjectId> claims, CancellationToken cancellationToken)
    {
        foreach (var (id, uid) in own)
        {
            await client.DeleteAsync(id, uid, Propagation.Background, cancellationToken);
        }

        var end = time.GetUtcNow() + EndLimit;
        while (await ListPodsAsync(claims, cancellationToken) is { Count: > 0 } running)
        {
            if (time.GetUtcNow() >= end)
            {
                var pod = new KubernetesObject(running[0]).Id;
                throw new KubernetesApiException(ApiReasons.ClusterTimeout, $"{pod}: it was told to end and still uses a claim that is to be restored")
                {
                    Subject = pod.ToString(),
                    Hint = "Look at the node on which it runs, and at the pod's terminationGracePeriodSeconds.",
                };
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task<List<JsonObject>> ListOwnAsync(IReadOnlyList<ObjectId> claims, CancellationToken cancellationToken)
    {
        var own = new List<JsonObject>();
        foreach (var place in claims.GroupBy(claim => claim.Namespace))
        {
            var names = place.Select(claim => claim.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var (group, kind) in Kinds)
            {
                if (await client.FindPreferredTypeAsync(group, kind, cancellationToken) is { } type)
                {
                    var selection = new ListSelection { Namespace = place.Key, LabelSelector = $"{ApplySet.PartOfLabel}={applySet}" };
                    own.AddRange((await client.ListAsync(type, selection, cancellationToken)).Items
                        .Where(item => SetMember.Of(item, client.FieldManager).IsOurs && !HasEnded(item) && Uses(item, names)));
                }
            }
        }

        return own;
    }

    private async Task<List<JsonObject>> ListPodsAsync(IReadOnlyList<ObjectId> claims, CancellationToken cancellationToken)
    {
        var pods = new List<JsonObject>();
        var type = (await client.FindTypeAsync("v1", "Pod", cancellationToken))!;
        foreach (var place in claims.GroupBy(claim => claim.Namespace))
        {
            var names = place.Select(claim => claim.Name).ToHashSet(StringComparer.Ordinal);
            pods.AddRange((await client.ListAsync(type, new ListSelection { Namespace = place.Key }, cancellationToken)).Items.Where(item => !HasEnded(item) && Uses(item, names)));
        }

        return pods;
    }

    // What decides whether the pod comes back; null where that is gone already, so that the pod will end.
    private async Task<JsonObject?> FindTopAsync(JsonObject pod, CancellationToken cancellationToken)
    {
        var top = pod;
        for (var i = 0; i < MostOwners && top.Objects("metadata", "ownerReferences").FirstOrDefault(owner => owner.IsTrue("controller")) is { } owner; i++)
        {
            var id = new ObjectId(owner.Text("apiVersion") ?? "", owner.Text("kind") ?? "", pod.Text("metadata", "namespace"), owner.Text("name") ?? "");
            if (await client.GetAsync(id, cancellationToken) is not { } live || live.Text("metadata", "uid") != owner.Text("uid"))
            {
                return null;
            }

            top = live;
        }

        return top;
    }

    // Where claims go with their StatefulSet, to delete it would take the data of other claims with it.
    private static string? FindRetention(JsonObject live) =>
        live.At("spec", "persistentVolumeClaimRetentionPolicy") is JsonObject policy && policy.Any(rule => rule.Value.Text() == "Delete")
            ? $"{new KubernetesObject(live).Id} has a persistentVolumeClaimRetentionPolicy that deletes its claims"
            : null;

    private static bool HasEnded(JsonObject live) => live.Text("kind") switch
    {
        "Pod" => live.Text("status", "phase") is "Succeeded" or "Failed",
        "Job" => live.Objects("status", "conditions").Any(condition => condition.Text("type") is "Complete" or "Failed" && condition.Text("status") == "True"),
        _ => false,
    };

    private static bool Uses(JsonObject live, HashSet<string> claims)
    {
        var pod = live.Text("kind") switch
        {
            "Pod" => live.At("spec"),
            "CronJob" => live.At("spec", "jobTemplate", "spec", "template", "spec"),
            _ => live.At("spec", "template", "spec"),
        };
        return pod.Objects("volumes").Any(volume => volume.Text("persistentVolumeClaim", "claimName") is { } name && claims.Contains(name))
            || live.Objects("spec", "volumeClaimTemplates").Any(template => claims.Any(claim => ClaimOwners.IsOfTemplate(claim, template, live)));
    }
}

using EdgeSync.Kubernetes.Snapshots;
using EdgeSync.Yaml;

namespace EdgeSync.Bundles.Definition;

/// <summary>Reads <c>snapshots</c> of <c>bundle.yaml</c>.</summary>
internal static class SnapshotReader
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(24);

    public static IReadOnlyList<(SnapshotRequest Request, TextPosition Position)> Read(YamlSection map)
    {
        var requests = map.Sections("snapshots", section => (ReadRequest(section), section.Position!.Value), "an entry of snapshots");
        if (requests.Count > SnapshotRequest.MaxRequests)
        {
            map.Fault("snapshots", $"'snapshots' has more than {SnapshotRequest.MaxRequests} entries");
        }

        return requests;
    }

    private static SnapshotRequest ReadRequest(YamlSection map) => new()
    {
        Claim = map.CheckedText("claim", required: true, SnapshotRequest.NameProblem) ?? "",
        Namespace = map.CheckedName("namespace", required: false),
        Class = map.CheckedText("class", required: false, SnapshotRequest.NameProblem),
        Restore = map.StrictFlag("restore"),
        Optional = map.Has("required") && !map.StrictFlag("required"),
        TimeoutSeconds = (int?)map.ShortDuration("timeout", ShortestTimeout, LongestTimeout)?.TotalSeconds,
    };
}

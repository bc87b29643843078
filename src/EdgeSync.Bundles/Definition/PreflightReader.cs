using System.Globalization;
using EdgeSync.Kubernetes.Checks;
using EdgeSync.Kubernetes.Snapshots;
using EdgeSync.Yaml;

namespace EdgeSync.Bundles.Definition;

/// <summary>Reads <c>preflight</c> of <c>bundle.yaml</c>: the Services that must answer in a preflight.</summary>
internal static class PreflightReader
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestThatIsRead = TimeSpan.FromHours(24);

    public static IReadOnlyList<(ServiceProbe Probe, TextPosition Position)> Read(YamlSection map)
    {
        var probes = map.Sections("preflight", section => (ReadProbe(section), section.Position!.Value), "an entry of preflight");
        if (probes.Count > ServiceProbe.MaxProbes)
        {
            map.Fault("preflight", $"'preflight' has more than {ServiceProbe.MaxProbes} entries");
        }

        return probes;
    }

    private static ServiceProbe ReadProbe(YamlSection map) => new()
    {
        Name = map.CheckedText("name", required: true, SnapshotRequest.NameProblem) ?? "",
        Service = map.CheckedText("service", required: true, SnapshotRequest.NameProblem) ?? "",
        Namespace = map.CheckedName("namespace", required: false),
        Port = ReadPort(map),
        Path = map.CheckedText("path", required: false, ServiceProbe.PathProblem),
        Scheme = map.CheckedText("scheme", required: false, ServiceProbe.SchemeProblem),
        Status = ReadStatus(map),
        TimeoutSeconds = ReadTimeout(map),
    };

    // A number or a name, with quotes or without.
    private static string ReadPort(YamlSection map)
    {
        map.Require("port", "");
        if (!map.TryGet("port", YamlKind.Scalar, "a port", out var node))
        {
            return "";
        }

        if (ServiceProbe.PortProblem(node.Value) is { } problem)
        {
            map.Fault("port", problem);
        }

        return node.Value;
    }

    private static int? ReadTimeout(YamlSection map)
    {
        var seconds = (int?)map.ShortDuration("timeout", ShortestTimeout, LongestThatIsRead)?.TotalSeconds;
        if (seconds > ServiceProbe.MaxTimeoutSeconds)
        {
            map.Fault("timeout", $"'timeout' must not be longer than {ServiceProbe.MaxTimeoutSeconds} seconds");
        }

        return seconds;
    }

    private static int? ReadStatus(YamlSection map)
    {
        if (!map.TryGet("status", YamlKind.Scalar, "a number", out var node))
        {
            return null;
        }

        if (int.TryParse(node.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 100 and <= 599)
        {
            return status;
        }

        map.Fault("status", "'status' must be a number from 100 to 599");
        return null;
    }
}

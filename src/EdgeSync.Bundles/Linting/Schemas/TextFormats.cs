using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EdgeSync.Bundles.Linting.Schemas;

/// <summary>The form of texts in certain fields: names of objects and of ports, shares in percent, labels.</summary>
internal static partial class TextFormats
{
    private const int MaxLabel = 63;
    private const int MaxName = 253;
    private const int MaxPortName = 15;
    private const string LabelForm = "must be at most 63 lower-case letters, digits and dashes, and begin and end with a letter or digit";
    private const string NameForm = "must be lower-case letters, digits, dashes and dots, and begin and end with a letter or digit";
    private const string PortForm = "must be at most 15 lower-case letters, digits and dashes with at least one letter; write a number without quotes";

    private static readonly Dictionary<string, Func<string, string?>> Forms = new(StringComparer.Ordinal)
    {
        ["core.v1.Container.name"] = LabelText,
        ["core.v1.EphemeralContainer.name"] = LabelText,
        ["core.v1.Volume.name"] = LabelText,
        ["core.v1.ServicePort.name"] = LabelText,
        ["core.v1.ContainerPort.name"] = PortText,
        ["core.v1.ServicePort.targetPort"] = PortText,
        ["core.v1.HTTPGetAction.port"] = PortText,
        ["core.v1.TCPSocketAction.port"] = PortText,
        ["networking.v1.NetworkPolicyPort.port"] = PortText,
        ["networking.v1.ServiceBackendPort.name"] = PortText,
        ["apps.v1.RollingUpdateDeployment.maxSurge"] = PercentText,
        ["apps.v1.RollingUpdateDeployment.maxUnavailable"] = PercentText,
        ["apps.v1.RollingUpdateDaemonSet.maxUnavailable"] = PercentText,
        ["policy.v1.PodDisruptionBudgetSpec.minAvailable"] = PercentText,
        ["policy.v1.PodDisruptionBudgetSpec.maxUnavailable"] = PercentText,
        ["policy.v1beta1.PodDisruptionBudgetSpec.minAvailable"] = PercentText,
        ["policy.v1beta1.PodDisruptionBudgetSpec.maxUnavailable"] = PercentText,
        ["core.v1.ConfigMapEnvSource.name"] = NameText,
        ["core.v1.ConfigMapKeySelector.name"] = NameText,
        ["core.v1.SecretEnvSource.name"] = NameText,
        ["core.v1.SecretKeySelector.name"] = NameText,
        ["core.v1.PodSpec.serviceAccountName"] = NameText,
        ["core.v1.PodSpec.priorityClassName"] = NameText,
        ["core.v1.PersistentVolumeClaimSpec.storageClassName"] = NameText,
        ["core.v1.PersistentVolumeSpec.storageClassName"] = NameText,
        ["networking.v1.IngressSpec.ingressClassName"] = NameText,
        ["networking.v1.IngressRule.host"] = text => NameText(text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text),
        ["networking.v1.HTTPIngressPath.path"] = text => text.StartsWith('/') ? null : "must begin with '/'",
        ["rbac.v1.RoleRef.kind"] = text => text is "Role" or "ClusterRole" ? null : "must be Role or ClusterRole",
        ["rbac.v1.Subject.kind"] = text => text is "ServiceAccount" or "User" or "Group" ? null : "must be ServiceAccount, User or Group",
        ["core.v1.EnvVar.name"] = text => text.Contains('=', StringComparison.Ordinal) ? "must not have '=' in it" : null,
    };

    private static readonly HashSet<string> LabelMaps = new(StringComparer.Ordinal) { "meta.v1.LabelSelector.matchLabels", "core.v1.PodSpec.nodeSelector", "core.v1.ServiceSpec.selector" };

    /// <summary>What is wrong with the text in a field; null for one that is right, or whose form is not known.</summary>
    public static string? Problem(string type, string field, JsonNode value) =>
        Forms.TryGetValue($"{type}.{field}", out var form) && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: > 0 } text && form(text) is { } problem
            ? $"is '{ScalarChecks.Shorten(text)}', and {problem}"
            : null;

    /// <summary>The values of a map of labels that no label can have.</summary>
    public static IEnumerable<(string Key, string Message)> LabelProblems(string type, string field, JsonNode value)
    {
        if (LabelMaps.Contains($"{type}.{field}") && value is JsonObject map)
        {
            foreach (var (key, node) in map)
            {
                if (node?.GetValueKind() == JsonValueKind.String && node.GetValue<string>() is var text && (text.Length > MaxLabel || !LabelValue().IsMatch(text)))
                {
                    yield return (key, $"is '{ScalarChecks.Shorten(text)}', which no label can be: at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends");
                }
            }
        }
    }

    private static string? LabelText(string text) => text.Length <= MaxLabel && Label().IsMatch(text) ? null : LabelForm;

    private static string? NameText(string text) => text.Length <= MaxName && Name().IsMatch(text) ? null : NameForm;

    private static string? PortText(string text) =>
        text.Length <= MaxPortName && Label().IsMatch(text) && text.Any(char.IsAsciiLetter) && !text.Contains("--", StringComparison.Ordinal) ? null : PortForm;

    private static string? PercentText(string text) => text.Length <= MaxLabel && Percent().IsMatch(text) ? null : "must be a whole number without quotes, or a share such as \"25%\"";

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Label();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[0-9]+%\z")]
    private static partial Regex Percent();

    [GeneratedRegex(@"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\z")]
    private static partial Regex LabelValue();
}

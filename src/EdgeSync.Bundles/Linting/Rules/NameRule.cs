using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EdgeSync.Bundles.Linting.Schemas;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>Names, labels, annotations and keys of ConfigMaps and Secrets that no API server accepts, and more of them than it stores.</summary>
internal sealed partial class NameRule : ILintRule
{
    private const int MaxLabel = 63;
    private const int MaxName = 253;
    private const int MaxAnnotations = 256 * 1024;
    private const int MaxContent = 1024 * 1024;
    private const int MaxObject = 1536 * 1024;

    // A server takes any name of these that can be a part of a URL.
    private static readonly HashSet<string> FreeNames = new(StringComparer.Ordinal)
    {
        "Role.rbac.authorization.k8s.io", "RoleBinding.rbac.authorization.k8s.io", "ClusterRole.rbac.authorization.k8s.io",
        "ClusterRoleBinding.rbac.authorization.k8s.io", "CertificateSigningRequest.certificates.k8s.io", "ClusterTrustBundle.certificates.k8s.io",
        "PodDisruptionBudget.policy", "Event", "IPAddress.networking.k8s.io", "APIService.apiregistration.k8s.io", "StorageVersion.internal.apiserver.k8s.io",
    };

    // Kubernetes adds up to 11 letters to the name of a CronJob, and puts the name of a Job into a label.
    private static readonly Dictionary<string, int> ShortNames = new(StringComparer.Ordinal)
    {
        ["CronJob.batch"] = 52,
        ["Job.batch"] = MaxLabel,
    };

    public IEnumerable<LintFinding> Check(LintContext context)
    {
        var range = new KubernetesRange(context.Folder.Definition?.Requires.Kubernetes);
        return context.Objects.SelectMany(item => Check(item).Concat(CheckService(item, range)));
    }

    // Kubernetes 1.34 and later can be told to take such names.
    private static IEnumerable<LintFinding> CheckService(LintObject subject, KubernetesRange range)
    {
        if (subject.Item.Id.GroupKind == "Service" && Label().IsMatch(subject.Item.Name) && char.IsAsciiDigit(subject.Item.Name[0]))
        {
            yield return LintContext.At(
                LintRules.NameInvalid, range is { IsStated: true, AllowsOldest: true } ? LintSeverity.Error : LintSeverity.Warning, subject.Item, "/metadata/name",
                $"{subject.Id}: the name begins with a digit, which versions of Kubernetes before 1.34 refuse for a Service");
        }
    }

    private static IEnumerable<LintFinding> Check(LintObject subject) =>
        FindFaults(subject.Item).Select(fault => LintContext.At(fault.Rule, LintSeverity.Error, subject.Item, fault.Pointer, $"{subject.Id}: {fault.Message}"));

    /// <summary>What no API server accepts of the object's names, labels, annotations and keys.</summary>
    public static IReadOnlyList<(string Rule, string Pointer, string Message)> FindFaults(KubernetesObject item)
    {
        var found = new List<(string Rule, string Pointer, string Message)>();
        if (NameProblem(item) is { } problem)
        {
            found.Add((LintRules.NameInvalid, "/metadata/name", $"the name '{ScalarChecks.Shorten(item.Name)}' {problem}"));
        }

        foreach (var pointer in new[] { "/metadata", "/spec/template/metadata", "/template/metadata", "/spec/jobTemplate/metadata", "/spec/jobTemplate/spec/template/metadata" })
        {
            if (((JsonNode)item.Json).At(pointer[1..].Split('/')) is JsonObject metadata && (pointer == "/metadata" || PodSpecs.Find(item) is not null))
            {
                found.AddRange(Labels(metadata["labels"] as JsonObject, $"{pointer}/labels"));
                found.AddRange(Annotations(metadata["annotations"] as JsonObject, $"{pointer}/annotations"));
            }
        }

        if (item.Id.GroupKind is "ConfigMap" or "Secret")
        {
            found.AddRange(Content(item));
        }

        return found;
    }

    private static string? NameProblem(KubernetesObject item)
    {
        var most = ShortNames.GetValueOrDefault(item.Id.GroupKind, MaxName);
        return item.Id.GroupKind switch
        {
            var kind when FreeNames.Contains(kind) => null,
            "Namespace" or "Service" => Label().IsMatch(item.Name) && item.Name.Length <= MaxLabel ? null : $"must be at most {MaxLabel} lower-case letters, digits and dashes",
            _ when !Subdomain().IsMatch(item.Name) => "must be lower-case letters, digits, dashes and dots, and begin and end with a letter or digit",
            _ => item.Name.Length <= most ? null : $"has {item.Name.Length} letters; {item.Kind} takes at most {most}",
        };
    }

    private static IEnumerable<(string Rule, string Pointer, string Message)> Labels(JsonObject? labels, string pointer)
    {
        foreach (var (key, node) in labels ?? [])
        {
            var at = $"{pointer}/{PositionMap.Escape(key)}";
            if (KeyProblem(key, isLabel: true) is { } problem)
            {
                yield return (LintRules.LabelInvalid, at, $"the label '{ScalarChecks.Shorten(key)}' {problem}");
            }

            if (node is JsonValue value && value.TryGetValue<string>(out var text) && (text.Length > MaxLabel || !LabelValue().IsMatch(text)))
            {
                yield return (LintRules.LabelInvalid, at, text.Length > MaxLabel
                    ? $"the value of the label '{key}' has {text.Length} letters; a label takes at most {MaxLabel}"
                    : $"the value '{ScalarChecks.Shorten(text)}' of the label '{key}' must be letters, digits, '-', '_' and '.', and begin and end with a letter or digit");
            }
        }
    }

    private static IEnumerable<(string Rule, string Pointer, string Message)> Annotations(JsonObject? annotations, string pointer)
    {
        long size = 0;
        foreach (var (key, node) in annotations ?? [])
        {
            size += Encoding.UTF8.GetByteCount(key) + (node is JsonValue value && value.TryGetValue<string>(out var text) ? Encoding.UTF8.GetByteCount(text) : 0);
            if (KeyProblem(key, isLabel: false) is { } problem)
            {
                yield return (LintRules.LabelInvalid, $"{pointer}/{PositionMap.Escape(key)}", $"the annotation '{ScalarChecks.Shorten(key)}' {problem}");
            }
        }

        if (size > MaxAnnotations)
        {
            yield return (LintRules.ObjectTooLarge, pointer, $"the annotations have {size} bytes; a cluster takes {MaxAnnotations} together");
        }
    }

    // A server compares the keys of annotations in lower case.
    private static string? KeyProblem(string key, bool isLabel)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var prefix = slash < 0 ? null : isLabel ? key[..slash] : key[..slash].ToLowerInvariant();
        var name = key[(slash + 1)..];
        return prefix is not null && (prefix.Length > MaxName || !Subdomain().IsMatch(prefix)) ? "must have a domain name before the '/'"
            : name.Length is 0 or > MaxLabel || !LabelName().IsMatch(name) ? $"must be at most {MaxLabel} letters, digits, '-', '_' and '.', and begin and end with a letter or digit"
            : null;
    }

    private static IEnumerable<(string Rule, string Pointer, string Message)> Content(KubernetesObject item)
    {
        long size = 0;
        foreach (var member in new[] { "data", "binaryData", "stringData" })
        {
            foreach (var (key, node) in item.Json[member] as JsonObject ?? [])
            {
                if (key.Length > MaxName || !ContentKey().IsMatch(key) || key is "." or ".." || key.StartsWith("..", StringComparison.Ordinal))
                {
                    yield return (LintRules.NameInvalid, $"/{member}/{PositionMap.Escape(key)}", $"the key '{ScalarChecks.Shorten(key)}' must be at most {MaxName} letters, digits, '-', '_' and '.'");
                }

                var text = node is JsonValue value && value.TryGetValue<string>(out var found) ? found : "";
                size += member == "binaryData" || (member == "data" && item.Kind == "Secret") ? text.Length / 4 * 3 : Encoding.UTF8.GetByteCount(text);
            }
        }

        // Larger objects are found by their size as a whole.
        if (size > MaxContent + 2 && item.Json.ToJsonString().Length <= MaxObject)
        {
            yield return (LintRules.ObjectTooLarge, "", $"its values have {size} bytes; a {item.Kind} takes {MaxContent}");
        }
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Label();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex LabelName();

    [GeneratedRegex(@"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\z")]
    private static partial Regex LabelValue();

    [GeneratedRegex(@"^[-._a-zA-Z0-9]+\z")]
    private static partial Regex ContentKey();
}

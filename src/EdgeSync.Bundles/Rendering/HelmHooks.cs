using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Bundles.Definition;
using EdgeSync.Bundles.Linting;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Rendering;

/// <summary>
/// Makes of a chart's hooks what EdgeSync has: Jobs become hooks of an activation, what they need becomes ordinary objects, and what Helm runs at a test or at the
/// removal of a release is left out. What cannot be mapped stays as it is, and the linter refuses it.
/// </summary>
internal sealed class HelmHooks(ChartHooks handling)
{
    private const string Prefix = "helm.sh/hook";
    private const string WeightAnnotation = "helm.sh/hook-weight";

    private static readonly Dictionary<string, HookMoment> Moments = new(StringComparer.Ordinal)
    {
        ["pre-install"] = HookMoment.PreActivate, ["pre-upgrade"] = HookMoment.PreActivate,
        ["post-install"] = HookMoment.PostActivate, ["post-upgrade"] = HookMoment.PostActivate,
        ["pre-rollback"] = HookMoment.OnRollback, ["post-rollback"] = HookMoment.OnRollback,
    };

    private static readonly string[] Tests = ["test", "test-success", "test-failure"];
    private static readonly string[] Deletes = ["pre-delete", "post-delete"];

    // A hook's Job finds these applied before it, without being told.
    private static readonly string[] Needed =
    [
        "ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim", "Namespace", "Role.rbac.authorization.k8s.io", "RoleBinding.rbac.authorization.k8s.io",
        "ClusterRole.rbac.authorization.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io",
    ];

    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What people have to know of the hooks: what is left out, and what is not quite as with Helm.</summary>
    public List<LintFinding> Findings { get; } = [];

    /// <summary>What a hook is for (<c>pre-install,pre-upgrade</c>), or null when the object is none.</summary>
    public static string? HookOf(JsonObject json) => json.Text("metadata", "annotations", Prefix);

    /// <summary>The objects of one document: null where all of them are left out, and the same text where nothing is mapped.</summary>
    public string? Map(string file, string document, IReadOnlyList<KubernetesObject> objects)
    {
        var hooks = objects.Where(item => HookOf(item.Json) is not null).ToList();
        if (hooks.Count < objects.Count || hooks.Count == 0)
        {
            return document;
        }

        if (hooks.TrueForAll(IsLeftOut))
        {
            Findings.AddRange(hooks.Select(item => NoteLeftOut(file, item)));
            return null;
        }

        return handling == ChartHooks.Run && hooks is [var hook] && TryMap(file, hook) is { } mapped ? mapped : document;
    }

    private static string[] NamesOf(KubernetesObject item) => HookOf(item.Json)!.Split(',', StringSplitOptions.TrimEntries);

    private bool IsLeftOut(KubernetesObject item) => handling switch
    {
        ChartHooks.Omit => true,
        ChartHooks.Refuse => NamesOf(item).All(Tests.Contains),
        _ => NamesOf(item).All(name => Tests.Contains(name) || Deletes.Contains(name)),
    };

    // That hooks are left out is news, unless the definition says so.
    private LintFinding NoteLeftOut(string file, KubernetesObject item) =>
        Note(handling == ChartHooks.Omit ? LintSeverity.Info : LintSeverity.Warning, file, item, $"is a hook of Helm ({Words(item)}) and is left out");

    private string? TryMap(string file, KubernetesObject item)
    {
        var names = NamesOf(item);
        var isJob = item.Id.GroupKind == "Job.batch";
        if ((!isJob && !Needed.Contains(item.Id.GroupKind)) || names.Any(name => !Moments.ContainsKey(name) && !Tests.Contains(name) && !Deletes.Contains(name)))
        {
            return null;
        }

        var json = (JsonObject)item.Json.DeepClone();
        var annotations = (JsonObject)json["metadata"]!["annotations"]!;
        var weight = int.TryParse(item.Json.Text("metadata", "annotations", WeightAnnotation), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
        foreach (var name in annotations.Select(member => member.Key).Where(key => key.StartsWith(Prefix, StringComparison.Ordinal)).ToList())
        {
            annotations.Remove(name);
        }

        if (isJob)
        {
            annotations[Hook.Annotation] = string.Join(',', names.Where(Moments.ContainsKey).Select(name => Moments[name]).Distinct().Order().Select(moment => moment.Name()));
            if (weight != 0)
            {
                annotations[Hook.WeightAnnotation] = weight.ToString(CultureInfo.InvariantCulture);
            }

            Findings.AddRange(FindDifferences(names).Select(words => Note(LintSeverity.Warning, file, item, $"is a hook of Helm ({Words(item)}): {words}")));
        }
        else if (annotations.Count == 0)
        {
            ((JsonObject)json["metadata"]!).Remove("annotations");
        }

        return Write(json);
    }

    private static IEnumerable<string> FindDifferences(string[] names)
    {
        foreach (var (install, upgrade, moment) in new[] { ("pre-install", "pre-upgrade", HookMoment.PreActivate), ("post-install", "post-upgrade", HookMoment.PostActivate) })
        {
            if (names.Contains(install) != names.Contains(upgrade))
            {
                yield return $"EdgeSync knows no difference between a first installation and an upgrade, and runs it as {moment.Name()} for each new bundle";
            }
        }

        if (names.Contains("post-rollback"))
        {
            yield return "EdgeSync runs it before what ran last is written back, and not after";
        }

        if (names.Any(name => Tests.Contains(name) || Deletes.Contains(name)))
        {
            yield return "EdgeSync does not run it for a test or for the removal of the release";
        }
    }

    private static LintFinding Note(LintSeverity severity, string file, KubernetesObject item, string words) =>
        new(LintRules.HelmHook, severity, file, 1, $"{item} {words}");

    private static string Words(KubernetesObject item) => RenderProgram.Clean(HookOf(item.Json)!);

    // JSON is YAML, and needs no writer of YAML.
    private static string Write(JsonObject json)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }
}

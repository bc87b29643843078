using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>Pods that wait for ever for something that is not there: a ConfigMap, a claim, a service account, a Secret.</summary>
internal sealed class MissingReferenceRule : ILintRule
{
    // Kubernetes creates these two in every namespace.
    private const string DefaultServiceAccount = "default";
    private const string RootCertificates = "kube-root-ca.crt";

    public IEnumerable<LintFinding> Check(LintContext context)
    {
        foreach (var subject in context.Objects)
        {
            if (PodSpecs.Find(subject.Item) is not { } pod)
            {
                continue;
            }

            foreach (var (kind, name, pointer) in References(pod.Spec, pod.Pointer).DistinctBy(found => (found.Kind, found.Name)))
            {
                if (name is { Length: > 0 } && name is not (DefaultServiceAccount or RootCertificates) && !context.Has(kind, subject.Namespace, name))
                {
                    // Secrets are often created at the site on purpose.
                    var severity = kind == "Secret" ? LintSeverity.Info : LintSeverity.Warning;
                    yield return LintContext.At(
                        LintRules.ReferenceMissing, severity, subject.Item, pointer,
                        $"{subject.Id} needs the {kind} '{name}', which is not in the bundle; its pods wait until it is there");
                }
            }
        }
    }

    private static IEnumerable<(string Kind, string? Name, string Pointer)> References(JsonObject spec, string pointer)
    {
        yield return ("ServiceAccount", spec.Text("serviceAccountName"), $"{pointer}/serviceAccountName");
        foreach (var found in spec.Items("volumes", pointer).SelectMany(volume => OfVolume(volume.Item, volume.Pointer)))
        {
            yield return found;
        }

        foreach (var (container, at) in PodSpecs.Containers(spec, pointer))
        {
            foreach (var (source, where) in container.Items("envFrom", at))
            {
                yield return Of("ConfigMap", source, where, "name", "configMapRef");
                yield return Of("Secret", source, where, "name", "secretRef");
            }

            foreach (var (variable, where) in container.Items("env", at))
            {
                yield return Of("ConfigMap", variable, where, "name", "valueFrom", "configMapKeyRef");
                yield return Of("Secret", variable, where, "name", "valueFrom", "secretKeyRef");
            }
        }
    }

    private static IEnumerable<(string Kind, string? Name, string Pointer)> OfVolume(JsonObject volume, string pointer)
    {
        yield return Of("ConfigMap", volume, pointer, "name", "configMap");
        yield return Of("Secret", volume, pointer, "secretName", "secret");
        yield return ("PersistentVolumeClaim", volume.Text("persistentVolumeClaim", "claimName"), $"{pointer}/persistentVolumeClaim/claimName");
        foreach (var (source, at) in volume.At("projected").Items("sources", $"{pointer}/projected"))
        {
            yield return Of("ConfigMap", source, at, "name", "configMap");
            yield return Of("Secret", source, at, "name", "secret");
        }
    }

    private static (string Kind, string? Name, string Pointer) Of(string kind, JsonObject item, string pointer, string nameKey, params ReadOnlySpan<string> path)
    {
        var source = item.At(path);
        var name = source.IsTrue("optional") ? null : source.Text(nameKey);
        return (kind, name, $"{pointer}/{string.Join("/", path.ToArray())}/{nameKey}");
    }
}

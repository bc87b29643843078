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

            var needed = PodSpecs.References(pod.Spec, pod.Pointer).Where(found => !found.IsOptional).DistinctBy(found => (found.Kind, found.Name));
            foreach (var (kind, name, pointer, _) in needed)
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
}

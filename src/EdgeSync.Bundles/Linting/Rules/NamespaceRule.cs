using EdgeSync.Bundles.Definition;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>Whether every object is in a namespace that will be there and that is the bundle's to use.</summary>
internal sealed class NamespaceRule : ILintRule
{
    private static readonly HashSet<string> BuiltIn = new(StringComparer.Ordinal) { "default" };

    private static readonly HashSet<string> Reserved =
        new(StringComparer.Ordinal) { "kube-system", "kube-public", "kube-node-lease", "edgesync-system" };

    public IEnumerable<LintFinding> Check(LintContext context) => context.Objects.SelectMany(item => Check(item, context));

    private static IEnumerable<LintFinding> Check(LintObject subject, LintContext context)
    {
        var item = subject.Item;
        var isClusterScoped = context.Scopes.IsClusterScoped(item.Id);
        if (item.Id.GroupKind == "Namespace" && Reserved.Contains(item.Name))
        {
            yield return LintContext.At(
                LintRules.NamespaceReserved, LintSeverity.Error, item, "/metadata/name", $"the namespace '{item.Name}' belongs to the cluster or to EdgeSync itself");
        }
        else if (isClusterScoped == true && item.Namespace is not null)
        {
            yield return LintContext.At(
                LintRules.NamespaceOnClusterObject, LintSeverity.Error, item, "/metadata/namespace",
                $"a {item.Kind} belongs to the whole cluster and has no namespace; take it out");
        }
        else if (isClusterScoped != true)
        {
            foreach (var finding in CheckNamespaced(subject, isClusterScoped, context))
            {
                yield return finding;
            }
        }
    }

    private static IEnumerable<LintFinding> CheckNamespaced(LintObject subject, bool? isClusterScoped, LintContext context)
    {
        var item = subject.Item;
        if (subject.Namespace is not { } name)
        {
            // A custom kind that is defined elsewhere may be cluster-wide.
            if (isClusterScoped == false)
            {
                yield return LintContext.At(
                    LintRules.NamespaceMissing, LintSeverity.Warning, item, "/metadata",
                    $"{item.Id} names no namespace, and so lands where each site's channel says; write metadata.namespace, or the component's namespace");
            }

            yield break;
        }

        if (isClusterScoped is null && item.Namespace is null)
        {
            yield return LintContext.At(
                LintRules.NamespaceUncertain, LintSeverity.Info, item, "/metadata",
                $"{item.Id} gets the component's namespace '{name}'; the bundle does not define {item.Id.GroupKind}, and should it belong to the whole cluster, put it into a component without namespace");
        }

        if (Reserved.Contains(name))
        {
            yield return LintContext.At(
                LintRules.NamespaceReserved, LintSeverity.Error, item, "/metadata/namespace", $"the namespace '{name}' belongs to the cluster or to EdgeSync itself");
        }
        else if (context.Folder.Definition?.AllowedNamespaces is { } allowed && !allowed.Contains(name))
        {
            yield return LintContext.At(
                LintRules.NamespaceNotAllowed, LintSeverity.Error, item, "/metadata/namespace",
                $"{BundleDefinition.FileName} allows the namespaces {string.Join(", ", allowed)} only, not '{name}'");
        }
        else if (!BuiltIn.Contains(name) && !context.Has("Namespace", null, name))
        {
            yield return LintContext.At(
                LintRules.NamespaceNotInBundle, LintSeverity.Warning, item, "/metadata/namespace",
                $"the bundle does not make the namespace '{name}', and a fresh site does not have it");
        }
    }
}

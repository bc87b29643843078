using EdgeSync.Bundles.Definition;
using EdgeSync.Bundles.Reading;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>Whether every object is in a namespace that will be there and that is the bundle's to use.</summary>
internal sealed class NamespaceRule : ILintRule
{
    private static readonly HashSet<string> BuiltIn = new(StringComparer.Ordinal) { "default", ReservedObjects.KubeSystem };

    public IEnumerable<LintFinding> Check(LintContext context) => context.Objects.SelectMany(item => Check(item, context));

    private static IEnumerable<LintFinding> Check(LintObject subject, LintContext context)
    {
        var item = subject.Item;
        var isClusterScoped = context.Scopes.IsClusterScoped(item.Id);
        if (item.Id.GroupKind == "Namespace" && ReservedObjects.IsReservedNamespace(item.Name))
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

        var allowed = context.Folder.Definition?.AllowedNamespaces;
        if (!ReservedObjects.IsOpen(name, allowed))
        {
            yield return LintContext.At(
                LintRules.NamespaceReserved, LintSeverity.Error, item, "/metadata/namespace",
                $"the namespace '{name}' belongs to the cluster or to EdgeSync itself{(name == ReservedObjects.KubeSystem ? HowToAllow(context) : "")}");
        }
        else if (ReservedObjects.IsReservedName(subject.Id))
        {
            yield return LintContext.At(
                LintRules.NamespaceReserved, LintSeverity.Error, item, "/metadata/name",
                $"{subject.Id} belongs to Kubernetes or k3s, which would change it back or break; give the object another name, or another namespace");
        }
        else if (allowed?.Contains(name) == false)
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
    // namespaces.allowed names all namespaces of the bundle, so the sentence does too.
    private static string HowToAllow(LintContext context)
    {
        var used = context.Objects.Where(item => context.Scopes.IsClusterScoped(item.Item.Id) != true).Select(item => item.Namespace).OfType<string>();
        var names = used.Concat(context.Folder.Definition?.AllowedNamespaces ?? [])
            .Where(name => name == ReservedObjects.KubeSystem || !ReservedObjects.IsReservedNamespace(name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return $"; if the object must be there, write 'namespaces: {{allowed: [{string.Join(", ", names)}]}}' into {BundleDefinition.FileName}";
    }
}

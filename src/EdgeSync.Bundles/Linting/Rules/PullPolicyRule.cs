using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>Containers that pull at every start. With EdgeSync that works without a link, but a person should know why.</summary>
internal sealed class PullPolicyRule : ILintRule
{
    public IEnumerable<LintFinding> Check(LintContext context)
    {
        foreach (var item in context.Objects.Select(item => item.Item))
        {
            if (PodSpecs.Find(item) is not { } pod)
            {
                continue;
            }

            foreach (var (container, pointer) in PodSpecs.Containers(pod.Spec, pod.Pointer).Where(found => found.Item.Text("imagePullPolicy") == "Always"))
            {
                yield return LintContext.At(
                    LintRules.ImagePullAlways, LintSeverity.Info, item, $"{pointer}/imagePullPolicy",
                    $"the container '{container.Text("name")}' pulls its image at every start; that works without a link as long as the site's mirror runs");
            }
        }
    }
}

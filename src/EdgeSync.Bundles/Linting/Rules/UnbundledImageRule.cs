using System.Text.Json.Nodes;
using EdgeSync.Bundles.Metadata;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Oci.References;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>
/// Texts that look like images which something at the site starts (operators have them in variables, arguments, ConfigMaps and their own resources), and
/// that the bundle does not bring.
/// </summary>
internal sealed class UnbundledImageRule : ILintRule
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    // The parts of a policy that describe objects.
    private static readonly HashSet<string> Patterns = new(StringComparer.Ordinal)
    {
        "validate", "verifyImages", "match", "exclude", "preconditions", "celPreconditions", "imageExtractors", "context", "matchConstraints", "validations",
    };

    public IEnumerable<LintFinding> Check(LintContext context)
    {
        var definition = context.Folder.Definition;
        var brought = context.Objects.SelectMany(item => ImageReferences.Find(item.Item)).Select(use => use.Image)
            .Concat(definition?.Images.Select(image => image.Name) ?? []).Select(Normalize).ToHashSet(StringComparer.Ordinal);
        foreach (var subject in context.Objects)
        {
            var found = TextsOf(subject.Item).Where(text => !brought.Contains(Normalize(text.Image)) && !IgnoredImages.Has(definition?.IgnoredImages, text.Image));
            foreach (var (pointer, image) in found.DistinctBy(text => (text.Pointer, text.Image)))
            {
                yield return At(context, subject.Item, pointer, image);
            }
        }
    }

    private static string Normalize(string image) => OciReference.TryParseImage(image, out var reference) ? reference.ToString() : image;

    private static LintFinding At(LintContext context, KubernetesObject item, string pointer, string image)
    {
        var finding = LintContext.At(
            LintRules.ImageNotInBundle, LintSeverity.Warning, item, pointer,
            $"'{image}' looks like an image that something at the site starts, and it is not in the bundle; name it under 'images' in bundle.yaml, or under 'ignoreImages'");

        // A text of several lines begins above the line that has the image.
        var lines = context.LinesOf(finding.File);
        var line = Array.FindIndex(lines, Math.Min(finding.Line - 1, lines.Length - 1), text => text.Contains(image, StringComparison.Ordinal));
        return line < finding.Line ? finding : finding with { Line = line + 1, Column = lines[line].IndexOf(image, StringComparison.Ordinal) + 1 };
    }

    private static IEnumerable<(string Pointer, string Image)> TextsOf(KubernetesObject item)
    {
        var ofMetadata = OfAnnotations(item.Json, "/metadata/annotations", "metadata", "annotations");
        return item.Id.GroupKind switch
        {
            "ConfigMap" => ofMetadata.Concat(OfMembers(item.Json["data"], "/data")),
            "Secret" or "CustomResourceDefinition.apiextensions.k8s.io" => ofMetadata,
            _ when PodSpecs.Find(item) is { } pod => ofMetadata.Concat(OfPod(item, pod.Spec, pod.Pointer)),
            _ when IsBuiltIn(item.Id.Group) => ofMetadata,
            _ => ofMetadata.Concat(OfResource(item.Json["spec"], "/spec", "", ImageReferences.IsPolicy(item.Id))),
        };
    }

    private static bool IsBuiltIn(string group) =>
        group is "" or "apps" or "batch" or "autoscaling" or "policy" or "extensions" or "admissionregistration.k8s.io" or "apiextensions.k8s.io"
        || group.EndsWith(".k8s.io", StringComparison.Ordinal) && !group.Contains(".x-k8s.", StringComparison.Ordinal);

    private static IEnumerable<(string Pointer, string Image)> OfAnnotations(JsonNode json, string pointer, params string[] path) =>
        OfMembers((json.At(path) as JsonObject)?.DeepClone() is JsonObject map && map.Remove(LastApplied) ? map : json.At(path), pointer);

    private static IEnumerable<(string Pointer, string Image)> OfMembers(JsonNode? node, string pointer)
    {
        foreach (var (name, value) in node as JsonObject ?? [])
        {
            foreach (var image in value.Text() is { } text ? ImageText.Find(name, text) : [])
            {
                yield return ($"{pointer}/{PositionMap.Escape(name)}", image);
            }
        }
    }

    private static IEnumerable<(string Pointer, string Image)> OfPod(KubernetesObject item, JsonObject spec, string pointer)
    {
        var template = pointer[..^"/spec".Length];
        var metadata = template.Length > 0 ? ((JsonNode)item.Json).At([.. template[1..].Split('/')]) : null;
        return (metadata is null ? [] : OfAnnotations(metadata, $"{template}/metadata/annotations", "metadata", "annotations"))
            .Concat(PodSpecs.Containers(spec, pointer).SelectMany(container => OfContainer(container.Item, container.Pointer)));
    }

    private static IEnumerable<(string Pointer, string Image)> OfContainer(JsonObject container, string pointer)
    {
        foreach (var (variable, at) in container.Items("env", pointer))
        {
            foreach (var image in ImageText.Find(variable.Text("name") ?? "", variable.Text("value") ?? ""))
            {
                yield return ($"{at}/value", image);
            }
        }

        foreach (var list in new[] { "command", "args" })
        {
            foreach (var (index, image) in ImageText.FindInArguments([.. (container[list] as JsonArray ?? []).Select(entry => entry.Text())]))
            {
                yield return ($"{pointer}/{list}/{index}", image);
            }
        }
    }

    // Fields of custom resources, and the pair of repository and tag that charts and operators use.
    private static IEnumerable<(string Pointer, string Image)> OfResource(JsonNode? node, string pointer, string name, bool isPolicy)
    {
        if (node is JsonArray list)
        {
            var texts = list.Select(entry => entry.Text()).ToList();
            return ImageText.FindInArguments(texts).Select(found => ($"{pointer}/{found.Index}", found.Image))
                .Concat(texts.SelectMany((text, i) => ImageText.Find(name, text ?? "").Select(image => ($"{pointer}/{i}", image))))
                .Concat(list.SelectMany((entry, i) => entry is JsonObject ? OfResource(entry, $"{pointer}/{i}", name, isPolicy) : []));
        }

        if (node is not JsonObject map)
        {
            return [];
        }

        var repository = map.Text("repository") is { } path && map.Text("tag") is { Length: > 0 } tag
            ? $"{(map.Text("registry") is { Length: > 0 } registry ? registry + "/" : "")}{path}:{tag}"
            : "";
        var pair = ImageText.Find("image", repository).Select(image => ($"{pointer}/repository", image));
        var variable = map.Text("name") is { } variableName && map.Text("value") is { } value
            ? ImageText.Find(variableName, value).Select(image => ($"{pointer}/value", image))
            : [];
        return pair.Concat(variable).Concat(OfMembers(map, pointer)).Concat(map.Where(member => !(isPolicy && Patterns.Contains(member.Key)))
            .SelectMany(member => member.Value is JsonObject or JsonArray
                ? OfResource(member.Value, $"{pointer}/{PositionMap.Escape(member.Key)}", member.Key, isPolicy)
                : []));
    }
}

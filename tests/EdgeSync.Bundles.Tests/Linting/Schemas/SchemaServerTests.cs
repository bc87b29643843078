using System.Text.Json.Nodes;
using EdgeSync.Bundles.Linting;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Tests.Linting.Schemas;

/// <summary>What the linter calls an error is what a real API server refuses.</summary>
public sealed class SchemaServerTests(SchemaServer server) : IClassFixture<SchemaServer>
{
    private const string Oldest = "<1.21";
    private static readonly string[] Files = ["core.yaml", "workloads.yaml", "cluster.yaml", "1.20.yaml"];

    // Kinds of changes that no check beyond types and names of fields is needed for.
    private static readonly string[] TypeChanges =
        ["a number for a text", "a boolean for a text", "a list for a text", "a boolean for a number", "a map for a number", "a text for a boolean", "a map for a list", "a text for a map", "a list for a map", "a field more"];

    [PeerFact]
    public async Task The_server_takes_the_good_objects()
    {
        await server.RefusalAsync(Good().Single(item => item.Kind == "PriorityClass"), dryRun: false);
        var refusals = new List<string>();
        foreach (var item in Good())
        {
            if (await server.RefusalAsync(item) is { } refusal)
            {
                refusals.Add(refusal);
            }
        }

        Assert.Empty(refusals);
    }

    [PeerFact]
    public async Task Every_changed_object_is_judged_as_the_server_judges_it()
    {
        await server.RefusalAsync(Good().Single(item => item.Kind == "PriorityClass"), dryRun: false);
        var changed = Good().SelectMany(item => ObjectMutations.Of(item.Json)).ToList();
        var findings = await LintedObjects.LintAsync([.. changed.Select(entry => entry.Object)], Oldest);
        var refusals = await server.RefusalsAsync([.. changed.Select(entry => new KubernetesObject(entry.Object))]);
        var (falseAlarms, missed) = (new List<string>(), new List<string>());
        for (var i = 0; i < changed.Count; i++)
        {
            var (change, path, json) = changed[i];
            var name = $"{json["apiVersion"]} {json["kind"]} {path}: {change}";

            // All objects of one kind have one name here, and the server does not look at an image's name.
            var error = findings[i].FirstOrDefault(finding => finding.Severity == LintSeverity.Error && finding.Rule is not (LintRules.ObjectDuplicate or LintRules.ImageInvalid));
            var refusal = refusals[i];
            if (refusal is null && error is not null && !IsBrokenAllTheSame(json, path))
            {
                falseAlarms.Add($"{name}: {error.Message}");
            }
            else if (refusal is not null && error is null && TypeChanges.Contains(change) && !IsFree(json, path))
            {
                missed.Add($"{name}: {refusal}");
            }
        }

        // Three of four changes make an object that the server refuses.
        Assert.InRange(refusals.Count(refusal => refusal is not null), changed.Count * 3 / 4, changed.Count);
        Assert.True(falseAlarms.Count == 0 && missed.Count == 0, $"{string.Join('\n', falseAlarms)}\nmissed:\n{string.Join('\n', missed)}");
    }

    [PeerFact]
    public async Task Names_are_judged_as_the_server_judges_them()
    {
        string[] names = ["My_App", "my-App", "a.b", "1ab", "a:b", new('a', 53), new('a', 64), "-a", "a-"];
        var renamed = new List<JsonObject>();
        foreach (var (item, name) in Good().Where(item => item.Kind != "CustomResourceDefinition").SelectMany(item => names.Select(name => (item, name))))
        {
            var copy = (JsonObject)item.Json.DeepClone();
            copy["metadata"]!["name"] = name;
            renamed.Add(copy);
        }

        var findings = await LintedObjects.LintAsync(renamed, Oldest);
        var refusals = await server.RefusalsAsync([.. renamed.Select(item => new KubernetesObject(item))]);

        var different = new List<string>();
        for (var i = 0; i < renamed.Count; i++)
        {
            var refusal = refusals[i];
            var error = findings[i].FirstOrDefault(finding => finding.Rule == LintRules.NameInvalid && finding.Severity == LintSeverity.Error);
            if (refusal is null != error is null)
            {
                different.Add($"{renamed[i]["kind"]} {renamed[i]["metadata"]!["name"]}: server {refusal ?? "takes it"}, linter {error?.Message ?? "nothing"}");
            }
        }

        Assert.True(different.Count == 0, string.Join('\n', different));
    }

    [PeerFact]
    public async Task Custom_resources_are_judged_as_the_server_judges_them()
    {
        var all = ManifestReader.Read(File.ReadAllBytes(LintedObjects.Good("custom.yaml")), "custom.yaml");
        Assert.Null(await server.RefusalAsync(all[0], dryRun: false));
        server.Refresh();
        await WaitUntilServedAsync(all[2]);

        // Server-side apply of 1.20 reads an empty text in a custom resource as null.
        var changed = all.Skip(1).SelectMany(item => ObjectMutations.Of(item.Json)).Where(entry => entry.Change != "an empty text").ToList();
        var findings = await LintedObjects.LintAsync([all[0].Json, .. changed.Select(entry => entry.Object)], Oldest);
        var refusals = await server.RefusalsAsync([.. changed.Select(entry => new KubernetesObject(entry.Object))]);
        var different = new List<string>();
        for (var i = 0; i < changed.Count; i++)
        {
            var refusal = refusals[i];
            var found = findings[i + 1].Where(finding => finding.Rule is not (LintRules.ObjectDuplicate or LintRules.ImageInvalid)).ToList();
            var isError = found.Exists(finding => finding.Severity == LintSeverity.Error);
            if (refusal is null ? isError : found.Count == 0)
            {
                different.Add($"{changed[i].Path}: {changed[i].Change}: server {refusal ?? "takes it"}, linter {found.FirstOrDefault()?.Message ?? "nothing"}");
            }
        }

        Assert.True(different.Count == 0, string.Join('\n', different));
    }

    // The definition is served a moment after it is there.
    private async Task WaitUntilServedAsync(KubernetesObject item)
    {
        for (var i = 0; i < 1000 && await server.RefusalAsync(item) is not null; i++)
        {
            server.Refresh();
        }
    }

    // Kubernetes 1.20 does not check the templates of a StatefulSet; its pods can never be made.
    private static bool IsBrokenAllTheSame(JsonObject json, string path) =>
        (string?)json["kind"] == "StatefulSet" && (path.StartsWith("spec.template.spec", StringComparison.Ordinal) || path.StartsWith("spec.volumeClaimTemplates", StringComparison.Ordinal));

    // Schemas of definitions are looked at by another rule, and selectors of old controllers are labels.
    private static bool IsFree(JsonObject json, string path) =>
        (string?)json["kind"] == "CustomResourceDefinition" || ((string?)json["kind"] == "ReplicationController" && path == "spec.selector");

    // The aggregator of 1.20 breaks the connection on a dry run of an APIService.
    private static IEnumerable<KubernetesObject> Good()
    {
        foreach (var item in Files.SelectMany(file => ManifestReader.Read(File.ReadAllBytes(LintedObjects.Good(file)), file)).Where(item => item.Kind != "APIService"))
        {
            item.Json.Remove("status");
            foreach (var port in item.Kind == "Service" ? (item.Json["spec"]!["ports"] as JsonArray ?? []).OfType<JsonObject>() : [])
            {
                port["protocol"] ??= "TCP";
            }

            yield return item;
        }
    }
}

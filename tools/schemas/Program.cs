using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EdgeSync.Schemas;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Kubernetes;
using EdgeSync.Testbed.Peers;

var target = args is [var chosen] ? chosen : "src/EdgeSync.Bundles/Linting/Schemas";
var (root, package) = await PeerTool.KubernetesTypesAsync();
var current = new ApiSchema(VersionOf(package), $"Debian's golang-k8s-api-dev {package}");
var go = new GoTypes(current);
go.Read("k8s.io/apimachinery/pkg/apis/meta/v1", $"{root}/apimachinery/pkg/apis/meta/v1/types.go", group: null);
foreach (var folder in Directory.GetDirectories($"{root}/api", "v*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
{
    if (File.Exists($"{folder}/types.go") && GroupOf(folder) is { } group)
    {
        go.Read($"k8s.io/{Path.GetRelativePath(root, folder)}", $"{folder}/types.go", group);
    }
}

var definitions = "apiextensions-apiserver/pkg/apis/apiextensions/v1";
go.Read($"k8s.io/{definitions}", $"{root}/{definitions}/types.go", "apiextensions.k8s.io");
go.Read($"k8s.io/{definitions}", $"{root}/{definitions}/types_jsonschema.go", group: null);
go.Complete();
var differences = ClientGoSchema.Compare($"{root}/client-go/applyconfigurations/internal/internal.go", current).ToList();
differences.ForEach(Console.Error.WriteLine);

await using var session = await TestbedSession.StartAsync();
await using var node = await KubernetesNode.StartAsync(session, new KubernetesNodeOptions { ApiOnly = true });
var version = (string)JsonNode.Parse(await node.GetAsync("/version"))!["gitVersion"]!;
var old = OpenApiDocument.Read(JsonNode.Parse(await node.GetAsync("/openapi/v2"))!, version.TrimStart('v'), current);

RequiredFields.Correct(old, old);
RequiredFields.Correct(current, old);
foreach (var schema in new[] { current, old })
{
    await schema.WriteAsync(Path.Combine(target, schema.FileName));
    Console.WriteLine($"{schema.FileName}: {schema.Kinds.Count} kinds");
}

return differences.Count == 0 ? 0 : 1;

// Kubernetes' libraries have the version 0.x for 1.x.
static string VersionOf(string package) => Regex.Match(package, @"^0\.(\d+\.\d+)") is { Success: true } match
    ? $"1.{match.Groups[1].Value}"
    : throw new TestbedException("NoVersion", $"{package} is not a version of Kubernetes' libraries.");

static string? GroupOf(string folder) =>
    Regex.Match(File.ReadAllText($"{folder}/register.go"), @"GroupName = ""([^""]*)""") is { Success: true } match ? match.Groups[1].Value : null;

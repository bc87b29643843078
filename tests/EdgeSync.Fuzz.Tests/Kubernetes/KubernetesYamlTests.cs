using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Fuzz.Tests.Kubernetes;

/// <summary>
/// Reads the same documents with EdgeSync and with Kubernetes' own code: the JSON is the same, or one of them says why not. What Kubernetes takes and EdgeSync
/// refuses must be of a class that docs/bundle.md names.
/// </summary>
public sealed class KubernetesYamlTests(KubernetesYaml kubernetes) : IClassFixture<KubernetesYaml>
{
    private const int BatchSize = 2000;
    private const int FewestBatches = 100;

    // The classes of docs/bundle.md, by the words of their messages.
    private static readonly string[] Stricter =
    [
        "appears twice in this map", "text behind '---'", "is not allowed in YAML", "the tag '", "the !!binary value", "the document is a single value",
        "merging '", "cannot be a key", "more than 200 deep", "expands its anchors excessively", "a map or a list cannot be a key", "contains itself", "directives such as", "a document cannot begin with '...'", "the number is too large", "is a number that JSON cannot hold", "is a number that JSON cannot hold",
    ];

    [PeerFact]
    public async Task Read_GeneratedDocument_GivesTheJsonOfKubernetes()
    {
        var seed = FuzzRun.ChosenSeed;
        var random = new Random(seed);
        var generator = new YamlTextGenerator(random);
        var refused = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var differences = new List<string>();
        long count = 0, read = 0;
        for (var end = FuzzRun.End(); (count < FewestBatches * BatchSize || !end.IsOver) && differences.Count < 40;)
        {
            var texts = Enumerable.Range(0, BatchSize).Select(_ => Whole(generator.Next().Replace("\n---", "\n- -", StringComparison.Ordinal))).ToList();
            var answers = await kubernetes.ReadAsync(texts.ConvertAll(Lines));
            foreach (var (text, answer) in texts.Zip(answers))
            {
                count++;
                if (Compare(text, answer, refused, ref read) is { } difference)
                {
                    differences.Add($"{JsonValue.Create(text).ToJsonString()}: {difference}");
                }
            }
        }

        var summary = string.Join('\n', refused.Select(entry => $"{entry.Value,8} {entry.Key}"));
        FuzzRun.Report(count, $"{nameof(KubernetesYamlTests)} ({read} read by both; taken by Kubernetes, refused here: {refused.Values.Sum()})");
        Assert.True(differences.Count == 0, $"seed {seed}, {count} documents, {read} read by both\n{string.Join('\n', differences)}\nrefused:\n{summary}");
        Assert.InRange(read, count / 5, count);
    }

    // A mutation may cut a pair of surrogates, and UTF-8 has no half of one.
    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    // As Kubernetes' document reader hands a document to the YAML code: without the separator before it, and with line feeds alone.
    private static byte[] Lines(string text)
    {
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        lines = lines.EndsWith('\n') ? lines : lines + "\n";
        while (lines.StartsWith("---", StringComparison.Ordinal) && lines.IndexOf('\n', StringComparison.Ordinal) is var end && lines[3..end].TrimStart() is "" or ['#', ..])
        {
            lines = lines[(end + 1)..];
        }

        return Encoding.UTF8.GetBytes(lines);
    }

    private static string? Compare(string text, KubernetesAnswer kubernetes, SortedDictionary<string, int> refused, ref long read)
    {
        var faults = new FaultList("f");
        var documents = DocumentSplitter.Split(text, faults);
        var json = documents.Count == 1 ? ManifestReader.ParseChecked(documents[0], faults, new ManifestReaderOptions(), null) : null;
        if (!faults.IsEmpty)
        {
            var messages = Assert.Throws<ManifestException>(faults.ThrowIfAny).Faults.Select(fault => fault.Message).ToList();
            if (kubernetes.IsError)
            {
                return null;
            }

            var reason = kubernetes.DropsTheRest ? "Kubernetes drops the rest" : Array.Find(Stricter, stricter => messages.Exists(message => message.Contains(stricter, StringComparison.Ordinal)));
            refused[reason ?? messages[0]] = refused.GetValueOrDefault(reason ?? messages[0]) + 1;
            return reason is null ? $"Kubernetes reads {Encoding.UTF8.GetString(kubernetes.Text)}, EdgeSync says: {messages[0]}" : null;
        }

        if (kubernetes.IsError || kubernetes.DropsTheRest)
        {
            return $"EdgeSync reads {json?.ToJsonString() ?? "null"}, Kubernetes says: {Encoding.UTF8.GetString(kubernetes.Text)}";
        }

        read++;
        var expected = JsonNode.Parse(kubernetes.Text);
        return IsSame(expected, json) ? null : $"Kubernetes reads {expected?.ToJsonString()}, EdgeSync {json?.ToJsonString() ?? "null"}";
    }

    // Numbers by value: 1e3 and 1000 are one number in JSON.
    private static bool IsSame(JsonNode? expected, JsonNode? actual)
    {
        if (expected?.GetValueKind() != actual?.GetValueKind())
        {
            return false;
        }

        return expected switch
        {
            JsonObject map => map.Count == ((JsonObject)actual!).Count && map.All(member => actual.AsObject().TryGetPropertyValue(member.Key, out var value) && IsSame(member.Value, value)),
            JsonArray list => list.Count == ((JsonArray)actual!).Count && list.Zip((JsonArray)actual).All(pair => IsSame(pair.First, pair.Second)),
            JsonValue number when number.GetValueKind() == JsonValueKind.Number && number.ToJsonString() != actual!.ToJsonString() =>
                double.Parse(number.ToJsonString(), CultureInfo.InvariantCulture).Equals(double.Parse(actual.ToJsonString(), CultureInfo.InvariantCulture)),
            JsonValue { } text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>() == actual!.GetValue<string>(),
            _ => expected?.ToJsonString() == actual?.ToJsonString(),
        };
    }
}

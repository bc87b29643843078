using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Tests.Manifests;

/// <summary>
/// Each folder of TestData holds an input and either what Kubernetes' own YAML code makes of it (expected.json, written by sigs.k8s.io/yaml
/// behind apimachinery's document reader, lists taken apart) or every fault with its place (error.txt).
/// </summary>
public sealed class ManifestReaderGoldenTests
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "TestData");

    public static TheoryData<string> Cases() => [.. Directory.GetDirectories(Root).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Read_GoldenCase_GivesWhatKubernetesReadsOrEveryFault(string name)
    {
        var folder = Path.Combine(Root, name);
        var input = File.ReadAllBytes(Path.Combine(folder, "input.yaml"));
        var expectedFaults = Path.Combine(folder, "error.txt");

        if (File.Exists(expectedFaults))
        {
            var failure = Assert.Throws<ManifestException>(() => ManifestReader.Read(input, "input.yaml"));
            var faults = string.Concat(failure.Faults.Select(fault => fault + "\n"));
            Assert.Equal(File.ReadAllText(expectedFaults), faults);
        }
        else
        {
            var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")))!.AsArray();
            var actual = ManifestReader.Read(input, "input.yaml").Select(item => item.Json).ToList();
            Assert.Equal(expected.Count, actual.Count);
            Assert.All(expected.Zip(actual), pair => AssertSame(pair.First, pair.Second, "$"));
        }
    }

    [Fact]
    public void Cases_OfTheFacts_AreAtLeastSixty() => Assert.True(Directory.GetDirectories(Root).Length >= 60);

    // Numbers by value: 1e3 and 1000 are one number in JSON.
    private static void AssertSame(JsonNode? expected, JsonNode? actual, string path)
    {
        Assert.True(expected?.GetValueKind() == actual?.GetValueKind(), $"{path}: {expected?.ToJsonString()} became {actual?.ToJsonString()}");
        switch (expected)
        {
            case JsonObject map:
                Assert.Equal(map.Select(m => m.Key).Order(StringComparer.Ordinal), ((JsonObject)actual!).Select(m => m.Key).Order(StringComparer.Ordinal));
                Assert.All(map, member => AssertSame(member.Value, actual![member.Key], $"{path}.{member.Key}"));
                break;
            case JsonArray list:
                Assert.Equal(list.Count, ((JsonArray)actual!).Count);
                Assert.All(Enumerable.Range(0, list.Count), i => AssertSame(list[i], actual![i], $"{path}[{i}]"));
                break;
            case JsonValue number when number.GetValueKind() == JsonValueKind.Number && number.ToJsonString() != actual!.ToJsonString():
                Assert.Equal(double.Parse(number.ToJsonString(), CultureInfo.InvariantCulture), double.Parse(actual!.ToJsonString(), CultureInfo.InvariantCulture));
                break;
            case JsonValue value:
                Assert.Equal(value.ToJsonString(), actual!.ToJsonString());
                break;
        }
    }
}

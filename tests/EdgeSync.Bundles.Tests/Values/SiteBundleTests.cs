using System.Text.Json.Nodes;
using EdgeSync.Bundles.Reading;
using EdgeSync.Bundles.Values;
using EdgeSync.Contracts;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Oci.Content;
using EdgeSync.Primitives;
using EdgeSync.Testing;

namespace EdgeSync.Bundles.Tests.Values;

/// <summary>Built bundles, as sites with different values read them.</summary>
public sealed class SiteBundleTests : IDisposable
{
    private const string Values =
        """
        values:
          REPLICAS: {type: integer, default: 2, minimum: 1, maximum: 5}
          GREETING: {type: string, default: hello}
          REGION: {type: string, enum: [north, south]}
          PASSWORD: {type: string, secret: true}

        """;

    private readonly BundleFixture _fixture = new();
    private readonly TempDirectory _secrets = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(1));

    [Fact]
    public async Task InspectAsync_ValuesOfEachSource_CountInTheirOrder()
    {
        var bundle = await BuildAsync(Values, Map("a: '${REPLICAS}'\n  b: '${GREETING}'\n  c: '${REGION}'\n  d: '${SITE} ${FLEET} ${LABEL_region} ${LABEL_example_com_ring} ${LABEL_floor:=0}'"));

        var defaults = await bundle(With(("REGION", "north")));
        var released = await bundle(With(("REGION", "north")) with { Release = new Dictionary<string, string> { ["REPLICAS"] = "3", ["REGION"] = "south" } });
        var own = await bundle(With(("REGION", "north"), ("REPLICAS", "4")) with { Release = new Dictionary<string, string> { ["REPLICAS"] = "3" } });

        Assert.Equal("""{"a":"2","b":"hello","c":"north","d":"store-0042 retail north canary 0"}""", Data(defaults));
        Assert.Equal("""{"a":"3","b":"hello","c":"north","d":"store-0042 retail north canary 0"}""", Data(released));
        Assert.Equal("""{"a":"4","b":"hello","c":"north","d":"store-0042 retail north canary 0"}""", Data(own));
        Assert.Equal(
            ["FLEET=retail", "GREETING=hello", "LABEL_example_com_ring=canary", "LABEL_region=north", "REGION=north", "REPLICAS=4", "SITE=store-0042"],
            own.InEffect!.Values.Select(value => $"{value.Key}={value.Value}"));
    }

    [Fact]
    public async Task InspectAsync_ReferenceAlone_HasTheTypeOfItsField()
    {
        var bundle = await BuildAsync(
            "values: {N: {type: integer, default: 2}, B: {type: boolean, default: true}, S: {type: number, default: 0.5}}\nignoreImages: [r.example/*]\n",
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop, labels: {num: "${N}"}}
            spec:
              replicas: ${N}
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  hostNetwork: ${B}
                  containers: [{name: main, image: "r.example/web:1", args: ["${N}", "--x=${N}"], resources: {limits: {cpu: "${S}"}}, env: [{name: NUM, value: "${N}"}], ports: [{containerPort: "${N}"}]}]

            """);

        var json = (JsonNode)(await bundle(With())).Objects[0].Json;

        Assert.Equal("2", json["spec"]!["replicas"]!.ToJsonString());
        Assert.Equal("""{"num":"2"}""", json["metadata"]!["labels"]!.ToJsonString());
        Assert.Equal(
            """{"hostNetwork":true,"containers":[{"name":"main","image":"r.example/web:1","args":["2","--x=2"],"resources":{"limits":{"cpu":"0.5"}},"env":[{"name":"NUM","value":"2"}],"ports":[{"containerPort":2}]}]}""",
            json["spec"]!["template"]!["spec"]!.ToJsonString());
    }

    [Fact]
    public async Task InspectAsync_ForNoSite_LeavesTheReferences()
    {
        var (digest, store) = await WriteAsync("values: {}\n", Map("a: '${SITE} $${b}'"));

        var raw = await BundleReader.InspectAsync(digest, store, _limit.Token);

        Assert.Equal("""{"a":"${SITE} $${b}"}""", Data(raw));
        Assert.Null(raw.InEffect);
    }

    [Fact]
    public async Task InspectAsync_BundleWithoutValues_KeepsItsTexts()
    {
        var bundle = await BuildAsync("", Map("run.sh: 'echo ${HOME:-/root} ${SITE} $${x}'"));

        var content = await bundle(With(("HOME", "/elsewhere")));

        Assert.Equal("""{"run.sh":"echo ${HOME:-/root} ${SITE} $${x}"}""", Data(content));
        Assert.Null(content.InEffect);
    }

    [Fact]
    public async Task InspectAsync_ValueThatLooksLikeYaml_StaysAText()
    {
        var bundle = await BuildAsync(Values, Map("a: '${GREETING}'\n  b: 'x ${GREETING}'"));

        var content = await bundle(With(("GREETING", "hi\n  evil: yes\n---\nkind: Secret ${REGION}")));

        Assert.Equal(["ConfigMap shop/c"], content.Objects.Select(item => item.Id.ToString()));
        Assert.Equal("hi\n  evil: yes\n---\nkind: Secret ${REGION}", ((JsonNode)content.Objects[0].Json).Text("data", "a"));
    }

    [Fact]
    public async Task InspectAsync_SiteWithoutItsValues_IsToldEachWithItsPlace()
    {
        var bundle = await BuildAsync(Values, Map("a: '${REGION}'\n  b: 'x ${REGION}'\n  c: '${LABEL_floor}'\n  d: '${REPLICAS}'"));

        var failure = await Assert.ThrowsAsync<BundleException>(() => bundle(With(("REPLICAS", "many"))));

        Assert.Equal(ReasonCodes.SiteValueInvalid, failure.Reason);
        Assert.Equal(ReasonKind.Site, ReasonTable.Find(failure.Reason)!.Kind);
        Assert.Equal(
            [
                "c.yaml:5:6: the value REGION is not set; give it in edgesync.yaml, 'values: {REGION: …}', or in the release",
                "c.yaml:7:6: the value LABEL_floor is not set: the site has no label of this name, or two; write a default, '${LABEL_floor:=…}', or give the site the label",
                "c.yaml:8:6: the value REPLICAS must be a whole number, and is 'many'",
            ],
            failure.Faults.Select(fault => fault.ToString()));
    }

    [Theory]
    [InlineData("REPLICAS", "9", "the value REPLICAS must be at most 5, and is '9'")]
    [InlineData("NOWHERE", "1", "the release gives the value NOWHERE: the bundle declares no such value")]
    [InlineData("PASSWORD", "1", "the release gives the value PASSWORD: it is a secret, which only a site can give")]
    public async Task InspectAsync_ReleaseThatDoesNotFit_IsRefused(string name, string value, string words)
    {
        var bundle = await BuildAsync(Values, Map("a: '${REPLICAS}'"));

        var failure = await Assert.ThrowsAsync<BundleException>(() => bundle(With() with { Release = new Dictionary<string, string> { [name] = value } }));

        Assert.Equal(ReasonCodes.BundleInvalid, failure.Reason);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InspectAsync_Secret_GoesIntoSecretsOnlyAndIsNotKept()
    {
        File.WriteAllText(_secrets["password"], "hunter2\n");
        var bundle = await BuildAsync(Values, "apiVersion: v1\nkind: Secret\nmetadata: {name: c, namespace: shop}\ndata: {a: '${PASSWORD}'}\nstringData: {b: 'shop:${PASSWORD}'}\n");

        var content = await bundle(Secret(SecretSource.OfFile(_secrets["password"])));

        Assert.Equal("aHVudGVyMg==", ((JsonNode)content.Objects[0].Json).Text("data", "a"));
        Assert.Equal("shop:hunter2", ((JsonNode)content.Objects[0].Json).Text("stringData", "b"));
        Assert.Empty(content.InEffect!.Values);
        Assert.Equal($"file:{_secrets["password"]}", content.InEffect.Secrets!["PASSWORD"]);

        var again = await bundle(With() with { Kept = content.InEffect });
        Assert.Equal("shop:hunter2", ((JsonNode)again.Objects[0].Json).Text("stringData", "b"));
    }

    [Fact]
    public async Task InspectAsync_SecretThatIsMissingOrOpen_IsRefusedWithoutShowingIt()
    {
        var bundle = await BuildAsync(Values, "apiVersion: v1\nkind: Secret\nmetadata: {name: c, namespace: shop}\nstringData: {b: '${PASSWORD}'}\n");

        var missing = await Assert.ThrowsAsync<BundleException>(() => bundle(Secret(SecretSource.OfFile(_secrets["nowhere"]))));
        var open = await Assert.ThrowsAsync<BundleException>(() => bundle(With(("PASSWORD", "hunter2"))));
        var noCredentials = await Assert.ThrowsAsync<BundleException>(() => bundle(Secret(SecretSource.OfCredential("password"))));

        Assert.All([missing, open, noCredentials], failure => Assert.Equal(ReasonCodes.SiteValueInvalid, failure.Reason));
        Assert.Contains($"cannot read file:{_secrets["nowhere"]}: it does not exist", missing.Message, StringComparison.Ordinal);
        Assert.Contains("name its place in edgesync.yaml", open.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", open.Message, StringComparison.Ordinal);
        Assert.Contains("CREDENTIALS_DIRECTORY is not set", noCredentials.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InspectAsync_KeptValues_CountAlone()
    {
        var bundle = await BuildAsync(Values, Map("a: '${REGION}'\n  b: '${SITE}'"));
        var before = await bundle(With(("REGION", "north")));

        var after = await bundle(With(("REGION", "broken")) with { Site = "other", Kept = before.InEffect });

        Assert.Equal(Data(before), Data(after));
        Assert.Equal(before.InEffect, after.InEffect);
    }

    [Fact]
    public async Task InspectAsync_ComponentsOfOtherSites_AreLeftOut()
    {
        _fixture.Write("north/c.yaml", Map("a: north")).Write("south/c.yaml", Map("a: south"))
            .Write("all/d.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: d, namespace: shop}\n");
        var bundle = await BuildAsync(
            """
            components:
              - {name: north, path: north, when: {region: north}}
              - {name: south, path: south, when: {region: south}}
              - {name: all, path: all, dependsOn: [north, south]}

            """,
            manifest: null);

        var north = await bundle(With());
        var nowhere = await bundle(With() with { Labels = new Dictionary<string, string>() });

        Assert.Equal(["north", "all"], north.Components.Select(component => component.Name));
        Assert.Equal(["north"], north.Components[1].DependsOn);
        Assert.Equal("""{"a":"north"}""", Data(north));
        Assert.Equal(["north", "all"], north.InEffect!.Components!);
        Assert.Equal(["all"], nowhere.Components.Select(component => component.Name));
        Assert.NotEqual(north.InEffect.Fingerprint(), nowhere.InEffect!.Fingerprint());
    }

    [Fact]
    public async Task InspectAsync_NoComponentForThisSite_WaitsForTheSite()
    {
        _fixture.Write("north/c.yaml", Map("a: north"));
        var bundle = await BuildAsync("components: [{name: north, path: north, when: {region: north}}]\n", manifest: null);

        var failure = await Assert.ThrowsAsync<BundleException>(() => bundle(With() with { Labels = new Dictionary<string, string>() }));

        Assert.Equal(ReasonCodes.SiteValueInvalid, failure.Reason);
    }

    [Fact]
    public async Task Fingerprint_OfValuesInEffect_ChangesWithAValueAndNotWithASecretOrAnUnusedValue()
    {
        File.WriteAllText(_secrets["password"], "hunter2");
        var bundle = await BuildAsync(Values, Map("a: '${REPLICAS}'"));

        var two = (await bundle(With())).InEffect!.Fingerprint();

        Assert.Equal(two, (await bundle(With(("REGION", "south"), ("UNKNOWN", "x")))).InEffect!.Fingerprint());
        Assert.Equal(two, (await bundle(Secret(SecretSource.OfFile(_secrets["password"])))).InEffect!.Fingerprint());
        Assert.NotEqual(two, (await bundle(With(("REPLICAS", "3")))).InEffect!.Fingerprint());
    }

    [Fact]
    public async Task BuildAsync_Values_MarksTheBundleForAgentsThatKnowThem()
    {
        _fixture.Define(Values).Write("c.yaml", Map("a: '${REPLICAS}'"));
        var store = await _fixture.OpenAsync("out");

        var built = await _fixture.BuildAsync(store, _limit.Token);

        Assert.Equal("edgesync.dev/bundle/v2", built.Metadata.Schema);
        Assert.Equal(["GREETING", "PASSWORD", "REGION", "REPLICAS"], built.Metadata.Values!.Keys);
    }

    public void Dispose()
    {
        _limit.Dispose();
        _secrets.Dispose();
        _fixture.Dispose();
    }

    private static string Map(string data) => $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c, namespace: shop}}\ndata:\n  {data}\n";

    private static string Data(BundleContent content) => content.Objects[0].Json["data"]!.ToJsonString();

    private static ValueSources With(params (string Name, string Value)[] own) =>
        BundleFixture.Values with { Own = own.ToDictionary(value => value.Name, value => SiteValue.Of(value.Value)) };

    private static ValueSources Secret(SecretSource source) => BundleFixture.Values with { Own = new Dictionary<string, SiteValue> { ["PASSWORD"] = SiteValue.Of(source) } };

    private async Task<Func<ValueSources, Task<BundleContent>>> BuildAsync(string definition, string? manifest)
    {
        var (digest, store) = await WriteAsync(definition, manifest);
        return values => BundleReader.InspectAsync(digest, store, values, _limit.Token);
    }

    private async Task<(Digest Digest, ContentStore Store)> WriteAsync(string definition, string? manifest)
    {
        _fixture.Define(definition);
        if (manifest is not null)
        {
            _fixture.Write("c.yaml", manifest);
        }

        var store = await _fixture.OpenAsync("out");
        return ((await _fixture.BuildAsync(store, _limit.Token)).Descriptor.Digest, store);
    }
}

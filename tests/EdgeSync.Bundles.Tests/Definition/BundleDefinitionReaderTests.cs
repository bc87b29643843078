using System.Text;
using EdgeSync.Bundles.Definition;

namespace EdgeSync.Bundles.Tests.Definition;

public sealed class BundleDefinitionReaderTests
{
    [Fact]
    public void Read_EveryKey_IsTaken()
    {
        var definition = Read(
            """
            # Comments are fine.
            schema: edgesync.dev/bundle/v1
            name: shop
            version: "1.4"
            created: 2026-11-21T02:00:00Z
            requires:
              kubernetes: ">=1.27 <1.33"
              agent: ">=0.1"
            namespaces:
              allowed: [shop, shop-data]
            components:
              - name: database
                path: ./database/
                namespace: shop-data
                healthTimeout: 5m
                readyWhen:
                  - {kind: Database, name: main, path: .status.phase, value: Running}
              - name: web
                path: web/web.yaml
                dependsOn: [database]
            images:
              - nginx:1.27
              - name: registry.example/app:1
                from: oci:../images:app
              - name: registry.example/tool:2
                from: mirror.example/tool:2
            """);

        Assert.Equal(("shop", "1.4"), (definition.Name, definition.Version));
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 2, 0, 0, TimeSpan.Zero), definition.Created);
        Assert.Equal((">=1.27 <1.33", ">=0.1"), (definition.Requires.Kubernetes, definition.Requires.Agent));
        Assert.Equal(["shop", "shop-data"], definition.AllowedNamespaces);
        Assert.Equal(["database", "web/web.yaml"], definition.Components.Select(c => c.Path));
        Assert.Equal(TimeSpan.FromMinutes(5), definition.Components[0].HealthTimeout);
        Assert.Equal("shop-data", definition.Components[0].Namespace);
        var (rule, position) = Assert.Single(definition.Components[0].ReadyWhen);
        Assert.Equal(("Database", "main", ".status.phase", "Running", 17), (rule.Kind, rule.Name, rule.Path, rule.Value, position.Line));
        Assert.Equal(["database"], definition.Components[1].DependsOn);
        Assert.Equal(["nginx:1.27", "registry.example/app:1", "registry.example/tool:2"], definition.Images.Select(i => i.Name));
        Assert.Null(definition.Images[0].From);
        Assert.Equal(new ImageLocation.Layout("../images", "app"), definition.Images[1].From);
        Assert.Equal("mirror.example/tool:2", definition.Images[2].From!.ToString());
    }

    [Fact]
    public void Read_ShortestFile_MeansOneComponentOfAll()
    {
        var definition = Read("schema: edgesync.dev/bundle/v1\nname: shop\nversion: 1.0.0\n");

        var component = Assert.Single(definition.EffectiveComponents);
        Assert.Equal(("shop", "."), (component.Name, component.Path));
        Assert.Null(definition.Created);
        Assert.Null(definition.AllowedNamespaces);
    }

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("5m", 300)]
    [InlineData("24h", 86400)]
    public void Read_HealthTimeout_TakesUnits(string text, int seconds)
    {
        var definition = Read($"schema: edgesync.dev/bundle/v1\nname: a\nversion: v1\ncomponents: [{{name: a, path: ., healthTimeout: {text}}}]\n");

        Assert.Equal(TimeSpan.FromSeconds(seconds), definition.Components[0].HealthTimeout);
    }

    [Theory]
    [InlineData("oci:images", "images", null)]
    [InlineData("oci:/srv/images:registry:5000/app:1", "/srv/images", "registry:5000/app:1")]
    public void ImageLocation_Layout_IsSplitAtTheFirstColon(string text, string path, string? name)
    {
        Assert.True(ImageLocation.TryParse(text, out var location));
        Assert.Equal(new ImageLocation.Layout(path, name), location);
        Assert.Equal(text, location.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("oci:")]
    [InlineData("oci::name")]
    [InlineData("oci:path:")]
    [InlineData("Not An Image")]
    public void ImageLocation_Nonsense_IsRefused(string? text)
    {
        Assert.False(ImageLocation.TryParse(text, out _));
    }

    [Fact]
    public void Read_FileThatIsTooLarge_IsRefused()
    {
        var failure = Assert.Throws<BundleException>(() => BundleDefinitionReader.Read(new byte[1024 * 1024 + 1]));

        Assert.Contains("1048576 bytes", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("requires: {kubernetes: \">=1.27\"}*a \nname: shop\n", "bundle.yaml:1:33: '*' begins the name of an anchor")]
    [InlineData("a: [b\nc: d\n", "bundle.yaml:2:2: a ':' and a blank begin a value")]
    public void Read_TextThatEndsTheParserEarly_IsRefused(string yaml, string expected)
    {
        var failure = Assert.Throws<BundleException>(() => Read(yaml));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    private static BundleDefinition Read(string yaml) => BundleDefinitionReader.Read(Encoding.UTF8.GetBytes(yaml));
}

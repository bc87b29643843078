using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Tests.Apply;

public sealed class ReplacedNamesTests
{
    [Theory]
    [InlineData("app-config-5f7g8h9k2m", "app-config-k4t9b2c7d8", true)]
    [InlineData("app-config-bbbbbbbbbb", "app-config-cccccccccc", true)]
    [InlineData("app-config-3f2a9c1b", "app-config-77aa01fe", true)]
    [InlineData("app-config-v1", "app-config-v2", true)]
    [InlineData("app-config-1.4.0", "app-config-1.5.0", true)]
    [InlineData("app-config-1-4", "app-config-2-0", true)]
    [InlineData("app-config", "app-config-k4t9b2c7d8", true)]
    [InlineData("app-config", "app-settings", false)]
    [InlineData("web-config-5f7g8h9k2m", "app-config-k4t9b2c7d8", false)]
    [InlineData("app-config-k4t9b2c7d8", "web-config-k4t9b2c7d8", false)]
    public void Takes_OneThatAnotherComesFor(string old, string now, bool expected) =>
        Assert.Equal(expected, new ReplacedNames([Yaml.ConfigMap("shop", now, "1")], new HashSet<string>()).Takes(Yaml.ConfigMap("shop", old, "1").Id));

    [Fact]
    public void Takes_OneThatIsStillUsed_IsFalse()
    {
        var user = Yaml.ReadOne(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {containers: [{name: a, envFrom: [{configMapRef: {name: app-config-5f7g8h9k2m}}]}]}\n");
        var names = new ReplacedNames([Yaml.ConfigMap("shop", "app-config-k4t9b2c7d8", "1"), user], new HashSet<string>());

        Assert.False(names.Takes(Yaml.ConfigMap("shop", "app-config-5f7g8h9k2m", "1").Id));
    }

    [Fact]
    public void Takes_InAnotherNamespaceOrKind_IsFalse()
    {
        var names = new ReplacedNames([Yaml.ConfigMap("shop", "app-config-k4t9b2c7d8", "1")], new HashSet<string>());

        Assert.False(names.Takes(new ObjectId("v1", "ConfigMap", "other", "app-config-5f7g8h9k2m")));
        Assert.False(names.Takes(new ObjectId("v1", "Secret", "shop", "app-config-5f7g8h9k2m")));
        Assert.False(names.Takes(new ObjectId("v1", "PersistentVolumeClaim", "shop", "app-config-5f7g8h9k2m")));
    }

    [Fact]
    public void Takes_NumberedSiblings_OnlyAsManyAsAreNew()
    {
        var one = Yaml.ConfigMap("shop", "store-1", "1");
        var two = Yaml.ConfigMap("shop", "store-2", "1");
        var three = Yaml.ConfigMap("shop", "store-3", "1");

        // store-3 was there before, so nothing has come for store-1.
        Assert.False(new ReplacedNames([three], new HashSet<string> { one.Id.Key, three.Id.Key }).Takes(one.Id));

        var names = new ReplacedNames([three], new HashSet<string> { one.Id.Key, two.Id.Key });
        Assert.Equal([true, false], new[] { one, two }.Select(item => names.Takes(item.Id)));
    }
}

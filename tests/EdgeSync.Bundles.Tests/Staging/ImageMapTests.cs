using EdgeSync.Bundles.Reading;
using EdgeSync.Bundles.Staging;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;

namespace EdgeSync.Bundles.Tests.Staging;

public sealed class ImageMapTests
{
    [Fact]
    public void Of_Spellings_AreCompletedAsTheRuntimeDoesIt()
    {
        var pinned = Image("x");
        var map = ImageMap.Of(
        [
            Named("nginx", "a"), Named("docker.io/library/nginx:latest", "a"), Named("grafana/grafana:11", "b"), Named("ghcr.io/x/y:1", "c"),
            new BundleImage($"quay.io/z@{pinned.Digest}", pinned), new BundleImage($"quay.io/z:1@{pinned.Digest}", pinned),
        ]);

        Assert.Equal(
            ["docker.io/grafana/grafana:11", "docker.io/library/nginx:latest", "ghcr.io/x/y:1", $"quay.io/z:1@{pinned.Digest}", $"quay.io/z@{pinned.Digest}"],
            map.Images.Keys.Select(name => name.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(["docker.io", "ghcr.io", "quay.io"], map.Registries);
    }

    [Theory]
    [InlineData("nginx:1", "docker.io/library/nginx:1")]
    [InlineData("nginx", "index.docker.io/library/nginx:latest")]
    public void Of_OneNameWithTwoImages_IsRefused(string one, string other)
    {
        var failure = Assert.Throws<BundleException>(() => ImageMap.Of([Named(one, "a"), Named(other, "b")]));

        Assert.Contains("are different images", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_TagThatIsAlsoPinnedToAnotherImage_IsRefused()
    {
        var pinned = Image("b");

        var failure = Assert.Throws<BundleException>(() => ImageMap.Of([Named("quay.io/z:1", "a"), new BundleImage($"quay.io/z:1@{pinned.Digest}", pinned)]));

        Assert.Contains("with one that is another image", failure.Message, StringComparison.Ordinal);
    }

    private static BundleImage Named(string reference, string content) => new(reference, Image(content));

    private static Descriptor Image(string content) => new() { MediaType = MediaTypes.ImageManifest, Digest = Digest.Of(System.Text.Encoding.UTF8.GetBytes(content)), Size = 1 };
}

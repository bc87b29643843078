using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;

namespace EdgeSync.Oci.Tests.Manifests;

public class PlatformSelectorTests
{
    [Theory]
    [InlineData("linux/amd64", "linux/arm64 linux/amd64", "linux/amd64")]
    [InlineData("linux/amd64", "linux/386 linux/amd64", "linux/amd64")]
    [InlineData("linux/amd64", "linux/386", "linux/386")]
    [InlineData("linux/amd64", "linux/amd64/v3", null)]
    [InlineData("linux/amd64/v3", "linux/amd64 linux/amd64/v2 linux/amd64/v3 linux/amd64/v4", "linux/amd64/v3")]
    [InlineData("linux/arm64", "linux/arm/v7 linux/arm64/v8", "linux/arm64/v8")]
    [InlineData("linux/arm64/v8", "linux/arm/v6 linux/arm/v7", "linux/arm/v7")]
    [InlineData("linux/arm", "linux/arm/v5 linux/arm/v7 linux/arm/v6", "linux/arm/v7")]
    [InlineData("linux/arm/v6", "linux/arm/v7 linux/arm/v5", "linux/arm/v5")]
    [InlineData("linux/aarch64", "linux/arm64", "linux/arm64")]
    [InlineData("linux/riscv64", "linux/riscv64 linux/amd64", "linux/riscv64")]
    [InlineData("linux/amd64", "windows/amd64 unknown/unknown", null)]
    public void Select_ForPlatform_TakesTheBest(string platform, string offered, string? expected)
    {
        var index = Index(offered.Split(' ').Select(RawPlatform).ToArray());

        var selected = PlatformSelector.Select(index, OciPlatform.Parse(platform));

        Assert.Equal(expected, selected?.Platform?.ToString());
    }

    [Theory]
    [InlineData("linux/386", "linux/amd64", "linux/386")]
    [InlineData("linux/arm64", "linux/amd64", "linux/amd64")]
    [InlineData("linux/arm64", "linux/s390x", null)]
    [InlineData("linux/arm64", null, null)]
    public async Task SelectAsync_EntryWithoutPlatform_IsTakenOnlyIfNothingElseFitsAndItIsAnImageForThePlatform(string other, string? itself, string? expected)
    {
        foreach (var silent in new[] { null, new OciPlatform(), new OciPlatform { Architecture = "amd64" } })
        {
            var selected = await PlatformSelector.SelectAsync(
                Index(silent, RawPlatform(other)),
                OciPlatform.Parse("linux/amd64"),
                (_, _) => Task.FromResult(itself is null ? null : OciPlatform.Parse(itself)),
                CancellationToken.None);

            Assert.Equal(expected, selected?.Platform?.ToString());
        }
    }

    [Theory]
    [InlineData("""{"os":"linux","architecture":"aarch64","variant":"v8"}""", "linux/arm64")]
    [InlineData("""{"os":"linux"}""", null)]
    [InlineData("""{"os":"","architecture":""}""", null)]
    [InlineData("""{"os":7,"architecture":"amd64"}""", null)]
    [InlineData("""{"predicateType":"https://slsa.dev/provenance/v1"}""", null)]
    [InlineData("[]", null)]
    [InlineData("no JSON", null)]
    public void FromConfiguration_OfAnImageOrSomethingElse_IsItsPlatform(string json, string? expected) =>
        Assert.Equal(expected, OciPlatform.FromConfiguration(System.Text.Encoding.UTF8.GetBytes(json))?.ToString());

    [Theory]
    [InlineData("linux")]
    [InlineData("linux/")]
    [InlineData("linux/amd64/v1/x")]
    [InlineData("linux/am d64")]
    public void Parse_NoPlatform_Throws(string text) => Assert.Throws<FormatException>(() => OciPlatform.Parse(text));

    private static OciPlatform RawPlatform(string text)
    {
        var parts = text.Split('/');
        return new OciPlatform { Os = parts[0], Architecture = parts[1], Variant = parts.ElementAtOrDefault(2) };
    }

    private static ImageIndex Index(params OciPlatform?[] platforms) => new()
    {
        SchemaVersion = 2,
        Manifests = [.. platforms.Select((platform, i) => new Descriptor
        {
            MediaType = MediaTypes.ImageManifest,
            Digest = Digest.Of([(byte)i]),
            Size = 1,
            Platform = platform,
        })],
    };
}

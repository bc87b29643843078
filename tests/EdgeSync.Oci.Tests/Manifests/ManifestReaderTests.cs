using System.Text;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;

namespace EdgeSync.Oci.Tests.Manifests;

public class ManifestReaderTests
{
    private const string Child =
        """{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":0}""";

    private const string Manifest = $$$"""{"schemaVersion":2,"config":{{{Child}}},"layers":[{{{Child}}}],"unknown":{"a":[1]}}""";

    [Fact]
    public void Read_ManifestWithoutOwnType_TakesTheAnnouncedOne()
    {
        var read = Read(Manifest, MediaTypes.DockerManifest);

        Assert.Equal(MediaTypes.DockerManifest, read.Descriptor.MediaType);
        Assert.Equal(Digest.Of(read.Bytes.Span), read.Descriptor.Digest);
        Assert.Single(Assert.IsType<ImageManifest>(read.Content).Layers);
    }

    [Fact]
    public void Read_Index_GivesEntriesWithPlatform()
    {
        var read = Read($$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.ImageIndex}}","artifactType":"a/b","manifests":[
            {"mediaType":"{{MediaTypes.ImageManifest}}","digest":"{{Digest.Of("x"u8)}}","size":7,
             "platform":{"os":"linux","architecture":"arm","variant":"v7","os.version":"1"},"annotations":{"k":"v"} } ] }
            """);

        var entry = Assert.Single(Assert.IsType<ImageIndex>(read.Content).Manifests);
        Assert.Equal("linux/arm/v7", entry.Platform?.ToString());
        Assert.Equal("1", entry.Platform?.OsVersion);
        Assert.Equal("v", entry.Annotation("k"));
        Assert.Equal("a/b", read.Descriptor.ArtifactType);
    }

    [Theory]
    [InlineData($$"""{"schemaVersion":1,"config":{{Child}},"layers":[]}""")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Child}},"layers":[],"manifests":[]}""")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Child}},"layers":[null]}""")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Child}},"config":{{Child}},"layers":[]}""")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Child}},"Config":{{Child}},"layers":[]}""")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Child}},"layers":[]} {}""")]
    [InlineData("""{"schemaVersion":2,"fsLayers":[]}""")]
    [InlineData("""{"schemaVersion":2,"manifests":null}""")]
    [InlineData("""{"schemaVersion":2,"manifests":[{"mediaType":"a/b","digest":"sha256:..","size":1}]}""")]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","manifests":[]}""")]
    [InlineData("""{"schemaVersion":2,"mediaType":7,"manifests":[]}""")]
    [InlineData("""{"schemaVersion":2,"mediaType":"text/html","manifests":[]}""")]
    [InlineData("""{"schemaVersion":"2","manifests":[]}""")]
    [InlineData("""{}""")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("null")]
    public void Read_DocumentThatIsNotOneThing_IsRefused(string json)
    {
        var failure = Assert.Throws<RegistryException>(() => Read(json));

        Assert.Equal(RegistryReasons.ManifestInvalid, failure.Reason);
    }

    [Theory]
    [InlineData($$"""{"schemaVersion":2,"config":{{Child}},"layers":null}""", 0)]
    [InlineData($$"""{"schemaVersion":2,"config":{{Child}}}""", 0)]
    [InlineData($$"""{"schemaVersion":2,"mediaType":"","config":{{Child}},"layers":[{{Child}}],"annotations":null}""", 1)]
    public void Read_ManifestAsCarelessToolsWriteIt_IsRead(string json, int layers) =>
        Assert.Equal(layers, Assert.IsType<ImageManifest>(Read(json, MediaTypes.ImageManifest).Content).Layers.Count);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"architecture":"amd64"}""")]
    [InlineData("""{"os":null,"architecture":""}""")]
    public void Read_PlatformThatSaysNothing_IsIncomplete(string platform)
    {
        var read = Read($$"""{"schemaVersion":2,"manifests":[{"mediaType":"{{MediaTypes.ImageManifest}}","digest":"{{Digest.Of("x"u8)}}","size":7,"platform":{{platform}},"urls":null}]}""");

        Assert.False(Assert.Single(Assert.IsType<ImageIndex>(read.Content).Manifests).Platform!.IsComplete);
    }

    [Theory]
    [InlineData("""{"schemaVersion":1,"name":"old","fsLayers":[{"blobSum":"x"}]}""", "schema 1")]
    [InlineData("""{"schemaVersion":2,"layers":[]}""", "no 'config'")]
    [InlineData("""{"schemaVersion":2,"manifests":null}""", "'manifests' is null")]
    [InlineData("""{"schemaVersion":2,"manifests":[{"mediaType":"a/b","digest":"sha256:..","size":1}]}""", "manifests[0].digest")]
    [InlineData("""{"schemaVersion":2,"manifests":[{"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":1}]}""", "manifests[0]")]
    [InlineData("""{"schemaVersion":"2","manifests":[]}""", "schemaVersion")]
    [InlineData("<html>", "not valid JSON")]
    [InlineData("", "not valid JSON")]
    public void Read_ManifestThatCannotBeUsed_SaysWhyInWordsForPeople(string json, string words)
    {
        var failure = Assert.Throws<RegistryException>(() => Read(json));

        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("EdgeSync.", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("BytePosition", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("deserial", failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Read_NegativeSize_IsRefused() =>
        Assert.Equal(
            RegistryReasons.ManifestInvalid,
            Assert.Throws<RegistryException>(() => Read(Manifest.Replace("\"size\":0", "\"size\":-1"))).Reason);

    [Fact]
    public void Read_AnnouncedTypeContradictsContent_IsRefused() =>
        Assert.Equal(
            RegistryReasons.ManifestInvalid,
            Assert.Throws<RegistryException>(() => Read(Manifest, MediaTypes.ImageIndex)).Reason);

    [Fact]
    public void Read_AnotherDigest_IsRefused() =>
        Assert.Equal(
            RegistryReasons.DigestMismatch,
            Assert.Throws<RegistryException>(() => ManifestReader.Read(Encoding.UTF8.GetBytes(Manifest), null, Digest.Of("x"u8))).Reason);

    [Fact]
    public void Read_MoreThanTheLimit_IsRefused() =>
        Assert.Equal(
            RegistryReasons.ContentTooLarge,
            Assert.Throws<RegistryException>(() => ManifestReader.Read(new byte[ManifestReader.MaxSize + 1], null)).Reason);

    [Fact]
    public void Read_TypeWithParameters_IgnoresThem() =>
        Assert.Equal(MediaTypes.ImageManifest, Read(Manifest, MediaTypes.ImageManifest + "; charset=utf-8").Descriptor.MediaType);

    private static ReceivedManifest Read(string json, string? mediaType = null) => ManifestReader.Read(Encoding.UTF8.GetBytes(json), mediaType);
}

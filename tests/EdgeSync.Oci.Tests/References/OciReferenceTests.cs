using EdgeSync.Oci.References;
using EdgeSync.Primitives;

namespace EdgeSync.Oci.Tests.References;

public class OciReferenceTests
{
    private const string Sha = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Theory]
    [InlineData("registry.example/shop/web:1.2", "registry.example", "shop/web", "1.2")]
    [InlineData("localhost/web", "localhost", "web", null)]
    [InlineData("localhost:5000/a/b/c:_x", "localhost:5000", "a/b/c", "_x")]
    [InlineData("127.0.0.1:5000/web:1", "127.0.0.1:5000", "web", "1")]
    [InlineData("[::1]:5000/web", "[::1]:5000", "web", null)]
    [InlineData("[2001:db8::1]/web:a.b-c", "[2001:db8::1]", "web", "a.b-c")]
    [InlineData("r.example/a.b__c--d_e/f", "r.example", "a.b__c--d_e/f", null)]
    public void Parse_FullReference_GivesItsParts(string text, string registry, string repository, string? tag)
    {
        var reference = OciReference.Parse(text);

        Assert.Equal((registry, repository, tag), (reference.Registry, reference.Repository, reference.Tag));
        Assert.Equal(text, reference.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("nginx")]
    [InlineData("library/nginx")]
    [InlineData("r.example/")]
    [InlineData("/web")]
    [InlineData("r.example//web")]
    [InlineData("r.example/web/")]
    [InlineData("r.example/../web")]
    [InlineData("r.example/./web")]
    [InlineData("r.example/Web")]
    [InlineData("r.example/-web")]
    [InlineData("r.example/web-")]
    [InlineData("r.example/a..b")]
    [InlineData("r.example/a___b")]
    [InlineData("r.example/a._b")]
    [InlineData("r.example/web:")]
    [InlineData("r.example/web:.x")]
    [InlineData("r.example/web:a:b")]
    [InlineData("r.example/web:a/b")]
    [InlineData("r.example:0/web")]
    [InlineData("r.example:65536/web")]
    [InlineData("r.example:5000x/web")]
    [InlineData("-r.example/web")]
    [InlineData("r..example/web")]
    [InlineData("[::1/web")]
    [InlineData("[fe80::1%25eth0]/web")]
    [InlineData("[127.0.0.1]/web")]
    [InlineData("user@r.example/web")]
    [InlineData("https://r.example/web")]
    [InlineData("r.example/web?x=1")]
    [InlineData("r.example/web\n")]
    [InlineData("r.example/wéb")]
    [InlineData("r.example/web@sha256:abc")]
    [InlineData("r.example/web@sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(OciReference.TryParse(text, out _));

    [Fact]
    public void Parse_TagAndDigest_KeepsBoth()
    {
        var reference = OciReference.Parse($"r.example/web:1@{Sha}");

        Assert.Equal("1", reference.Tag);
        Assert.Equal(Digest.Parse(Sha), reference.Digest);
        Assert.Equal($"r.example/web@{Sha}", reference.WithDigest(Digest.Parse(Sha)).ToString());
        Assert.Equal("r.example/web:2", reference.WithTag("2").ToString());
    }

    [Theory]
    [InlineData("nginx", "docker.io/library/nginx:latest")]
    [InlineData("nginx:1.27", "docker.io/library/nginx:1.27")]
    [InlineData("grafana/grafana", "docker.io/grafana/grafana:latest")]
    [InlineData("docker.io/nginx", "docker.io/library/nginx:latest")]
    [InlineData("index.docker.io/library/nginx:1", "docker.io/library/nginx:1")]
    [InlineData("registry.k8s.io/pause:3.9", "registry.k8s.io/pause:3.9")]
    [InlineData("localhost/web", "localhost/web:latest")]
    [InlineData("host:5000/web", "host:5000/web:latest")]
    [InlineData("nginx@" + Sha, "docker.io/library/nginx@" + Sha)]
    [InlineData("nginx:1@" + Sha, "docker.io/library/nginx:1@" + Sha)]
    public void ParseImage_AsManifestsWriteIt_IsCompletedAsTheRuntimeDoes(string text, string expected) =>
        Assert.Equal(expected, OciReference.ParseImage(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("Nginx")]
    [InlineData(":1")]
    [InlineData("@" + Sha)]
    [InlineData("nginx:")]
    [InlineData("a b")]
    public void TryParseImage_WhatTheRuntimeRefuses_IsRefused(string text) => Assert.False(OciReference.TryParseImage(text, out _));

    [Fact]
    public void TryParse_TooLong_IsRefused()
    {
        var longest = "r.example/" + new string('a', ReferenceGrammar.MaxNameLength - 10);

        Assert.True(OciReference.TryParse(longest + ":" + new string('t', 128), out _));
        Assert.False(OciReference.TryParse(longest + "a", out _));
        Assert.False(OciReference.TryParse(longest + ":" + new string('t', 129), out _));
        Assert.False(OciReference.TryParse(new string('a', 1_000_000), out _));
    }
}

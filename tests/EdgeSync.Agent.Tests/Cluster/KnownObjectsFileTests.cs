using EdgeSync.Agent.Cluster;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Cluster;

/// <summary>The file only saves requests: whatever happens to it, the agent goes on.</summary>
public sealed class KnownObjectsFileTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        var known = new Dictionary<string, KnownObject> { ["ConfigMap/shop/motto"] = new("aa", "uid r7", ""), ["Secret/shop/login"] = new("bb", "uid g2 cc", "sha256:dd") };

        new KnownObjectsFile(_folder.Path, "stable").Write(new KnownObjects(known));

        Assert.Equal(known, new KnownObjectsFile(_folder.Path, "stable").Read().Entries);
        Assert.Empty(new KnownObjectsFile(_folder.Path, "other").Read().Entries);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["known-objects-stable.json"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"a\": ")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"a\": null}")]
    [InlineData("{\"a\": {\"desired\": \"b\"}}")]
    [InlineData("{\"a\": {\"desired\": null, \"version\": \"1\", \"deviation\": \"\"}}")]
    public void Read_DamagedFile_KnowsNothing(string content)
    {
        File.WriteAllText(_folder["known-objects-stable.json"], content);

        Assert.Empty(new KnownObjectsFile(_folder.Path, "stable").Read().Entries);
    }

    [Fact]
    public void Write_FolderThatIsNotThere_IsNoFailure() => new KnownObjectsFile(_folder["missing"], "stable").Write(new KnownObjects());
}

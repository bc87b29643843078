using EdgeSync.Oci.Registries.Authentication;
using EdgeSync.Testing;

namespace EdgeSync.Oci.Tests.Registries;

public sealed class DockerConfigFileTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    [Theory]
    [InlineData("r.example:5000")]
    [InlineData("https://r.example:5000")]
    [InlineData("https://r.example:5000/v2/")]
    public async Task Find_EntryForTheHost_IsItsLogin(string key)
    {
        var file = await LoadAsync($$$"""{"auths":{"{{{key}}}":{"auth":"dXNlcjpwYXNzOndvcmQ="} } }""");

        var login = file.Find("r.example:5000");

        Assert.Equal(("user", "pass:word"), (login?.UserName, login?.Password));
        Assert.Null(file.Find("r.example"));
        Assert.DoesNotContain("word", login?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_DockerHub_IsFoundUnderItsOldKey() =>
        Assert.Equal("u", (await LoadAsync("""{"auths":{"https://index.docker.io/v1/":{"auth":"dTpw"}}}""")).Find("docker.io")?.UserName);

    [Fact]
    public async Task Find_Tokens_AreTakenBeforePasswords()
    {
        var file = await LoadAsync("""{"auths":{"a.example":{"identitytoken":"id","auth":"dTpw"},"b.example":{"registrytoken":"reg"}}}""");

        Assert.Equal("id", file.Find("a.example")?.IdentityToken);
        Assert.Equal("reg", file.Find("b.example")?.RegistryToken);
    }

    [Theory]
    [InlineData("""{"auths":{"r.example":{}},"credsStore":"secretservice"}""", "secretservice")]
    [InlineData("""{"credHelpers":{"r.example":"ecr-login"}}""", "ecr-login")]
    [InlineData("""{"auths":{"r.example":{"auth":"!!!"}}}""", "base64")]
    [InlineData("""{"auths":{"r.example":{"auth":"bm9jb2xvbg=="}}}""", "base64")]
    public async Task Find_LoginThatCannotBeUsed_SaysWhy(string json, string word)
    {
        var file = await LoadAsync(json);

        var failure = Assert.Throws<RegistryException>(() => file.Find("r.example"));

        Assert.Equal(RegistryReasons.CredentialsInvalid, failure.Reason);
        Assert.Contains(word, failure.Message, StringComparison.Ordinal);
        Assert.Null(file.Find("other.example"));
    }

    [Fact]
    public async Task LoadAsync_NotJson_DoesNotQuoteWhatItRead()
    {
        var failure = await Assert.ThrowsAsync<RegistryException>(() => LoadAsync("{\"auths\":hunter2}"));

        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("'h'", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_NoFile_SaysSo() =>
        await Assert.ThrowsAsync<RegistryException>(() => DockerConfigFile.LoadAsync(_folder["none"], CancellationToken.None));

    public void Dispose() => _folder.Dispose();

    private async Task<DockerConfigFile> LoadAsync(string json)
    {
        await File.WriteAllTextAsync(_folder["config.json"], json);
        return await DockerConfigFile.LoadAsync(_folder["config.json"], CancellationToken.None);
    }
}

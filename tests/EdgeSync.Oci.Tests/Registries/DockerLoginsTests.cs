using EdgeSync.Oci.Registries.Authentication;
using EdgeSync.Testing;

namespace EdgeSync.Oci.Tests.Registries;

public sealed class DockerLoginsTests : IDisposable
{
    private static readonly Lock PathLock = new();

    private readonly TempDirectory _folder = new();
    private readonly List<string> _warnings = [];
    private readonly CancellationTokenSource _limit = new(TestClients.Limit);

    [Theory]
    [InlineData("r.example:5000")]
    [InlineData("R.example:5000")]
    [InlineData("http://r.example:5000")]
    [InlineData("https://r.example:5000")]
    [InlineData("https://r.example:5000/")]
    [InlineData("https://r.example:5000/v1/")]
    [InlineData("https://r.example:5000/v2/")]
    public async Task Find_EntryForTheHost_IsItsLogin(string key)
    {
        using var logins = await OpenAsync($$$"""{"auths":{"{{{key}}}":{"auth":"dXNlcjpwYXNzOndvcmQ="} } }""", "r.example:5000");
        using var others = await DockerLogins.OpenAsync(_folder["config.json"], "r.example", TimeProvider.System, _warnings.Add, _limit.Token);

        var login = await logins.FindAsync("any/app", _limit.Token);

        Assert.Equal(("user", "pass:word"), (login?.UserName, login?.Password));
        Assert.Null(await others.FindAsync("any/app", _limit.Token));
        Assert.DoesNotContain("word", login?.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://index.docker.io/v1/")]
    [InlineData("index.docker.io")]
    [InlineData("docker.io")]
    [InlineData("registry-1.docker.io")]
    public async Task Find_DockerHub_IsFoundUnderAllItsKeys(string key)
    {
        using var logins = await OpenAsync($$$"""{"auths":{"{{{key}}}":{"auth":"dTpw"} } }""", "docker.io");

        Assert.Equal("u", (await logins.FindAsync("library/nginx", _limit.Token))?.UserName);
    }

    [Fact]
    public async Task Find_Tokens_AreTakenBeforePasswords()
    {
        const string Json = """{"auths":{"a.example":{"identitytoken":"id","auth":"dTpw"},"b.example":{"registrytoken":"reg"}}}""";
        using var a = await OpenAsync(Json, "a.example");
        using var b = await OpenAsync(Json, "b.example");

        Assert.Equal("id", (await a.FindAsync(null, _limit.Token))?.IdentityToken);
        Assert.Equal("reg", (await b.FindAsync(null, _limit.Token))?.RegistryToken);
    }

    // user:password is the name of the key, so that a test shows whose secret it would be.
    [Theory]
    [InlineData("team-a/app", "team-a")]
    [InlineData("team-a/deep/app", "deep")]
    [InlineData("team-a/deep/app/more", "exact")]
    [InlineData("team-a", "team-a")]
    [InlineData("team-ab/app", "host")]
    [InlineData("team-b/app", "host")]
    [InlineData("Team-a/app", "host")]
    [InlineData(null, "host")]
    public async Task Find_EntriesForPaths_TheLongestThatHoldsTheRepositoryCounts(string? repository, string user)
    {
        using var logins = await OpenAsync(
            """
            {"auths":{
            "r.example/team-a/deep/app/more":{"username":"exact","password":"x"},
            "r.example":{"username":"host","password":"x"},
            "https://r.example/team-a/":{"username":"team-a","password":"x"},
            "r.example/team-a/deep":{"username":"deep","password":"x"},
            "other.example/team-a/deep/app":{"username":"other","password":"x"} } }
            """,
            "r.example");

        Assert.Equal(user, (await logins.FindAsync(repository, _limit.Token))?.UserName);
    }

    [Fact]
    public async Task Find_EntriesForOtherPathsOnly_IsNone()
    {
        using var logins = await OpenAsync("""{"auths":{"r.example/team-a":{"auth":"dTpw"},"https://r.example/team-c/":{"auth":"dTpw"}}}""", "r.example");

        Assert.Null(await logins.FindAsync("team-b/app", _limit.Token));
        Assert.Null(await logins.FindAsync(null, _limit.Token));
    }

    [Theory]
    [InlineData("""{"auths":{"r.example":{"auth":"!!!"}}}""")]
    [InlineData("""{"auths":{"r.example":{"auth":"bm9jb2xvbg=="}}}""")]
    public async Task Find_LoginThatCannotBeUsed_SaysWhy(string json)
    {
        using var logins = await OpenAsync(json, "r.example");

        var failure = await Assert.ThrowsAsync<RegistryException>(() => logins.FindAsync(null, _limit.Token));

        Assert.Equal(RegistryReasons.CredentialsInvalid, failure.Reason);
        Assert.Contains("base64", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"auths":{"r.example":{}},"credsStore":"not-there"}""")]
    [InlineData("""{"credsStore":"not-there"}""")]
    [InlineData("""{"credHelpers":{"r.example":"not-there"}}""")]
    [InlineData("""{"credHelpers":{"https://r.example/v1/":"not-there"}}""")]
    [InlineData("""{"credsStore":"../../bin/sh"}""")]
    public async Task Find_HelperThatIsNotInstalled_IsNoLoginAndAWarning(string json)
    {
        using var logins = await OpenAsync(json, "r.example");

        Assert.Null(await logins.FindAsync("app", _limit.Token));
        Assert.Null(await logins.FindAsync("app", _limit.Token));
        Assert.Contains("is not installed", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"credsStore":"NAME"}""", "r.example", "r.example")]
    [InlineData("""{"credHelpers":{"r.example":"NAME"},"credsStore":"not-there"}""", "r.example", "r.example")]
    [InlineData("""{"credsStore":"NAME"}""", "docker.io", "https://index.docker.io/v1/")]
    [InlineData("""{"auths":{"r.example/team":{}},"credsStore":"NAME"}""", "r.example", "r.example/team")]
    public async Task Find_Helper_IsAskedForTheServerAsDockerDoes(string json, string registry, string server)
    {
        var helper = Install($$"""[ "$1" = get ] && read server && echo "{\"ServerURL\":\"$server\",\"Username\":\"$server\",\"Secret\":\"s3cret\"}" """);
        using var logins = await OpenAsync(json.Replace("NAME", helper, StringComparison.Ordinal), registry);

        var login = await logins.FindAsync("team/app", _limit.Token);

        Assert.Equal((server, "s3cret"), (login?.UserName, login?.Password));
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task Find_HelperAnswersAToken_IsAnIdentityToken()
    {
        var helper = Install("""echo '{"Username":"<token>","Secret":"id"}'""");
        using var logins = await OpenAsync($$"""{"credsStore":"{{helper}}"}""", "r.example");

        Assert.Equal("id", (await logins.FindAsync(null, _limit.Token))?.IdentityToken);
    }

    [Fact]
    public async Task Find_HelperKnowsTheOldSpellingOnly_IsAskedForItToo()
    {
        var helper = Install(
            """read s; [ "$s" = https://r.example/v1/ ] && echo '{"Username":"old","Secret":"x"}' || { echo "credentials not found in native keychain"; exit 1; }""");
        using var logins = await OpenAsync($$$"""{"auths":{"https://r.example/v1/":{}},"credsStore":"{{{helper}}}"}""", "r.example");

        Assert.Equal("old", (await logins.FindAsync(null, _limit.Token))?.UserName);
    }

    [Theory]
    [InlineData("echo credentials not found in native keychain; exit 1", null)]
    [InlineData("echo keychain is locked >&2; exit 2", "exit code 2: keychain is locked")]
    [InlineData("echo no JSON with hunter2", "did not answer JSON")]
    [InlineData("yes 0123456789", "printed more than 64 KiB")]
    public async Task Find_HelperWithoutALogin_IsNoneAndAWarningWhereItFailed(string script, string? warning)
    {
        using var logins = await OpenAsync($$"""{"credsStore":"{{Install(script)}}"}""", "r.example");

        Assert.Null(await logins.FindAsync(null, _limit.Token));
        Assert.Equal(warning is null ? 0 : 1, _warnings.Count);
        Assert.All(_warnings, text => Assert.Contains(warning!, text, StringComparison.Ordinal));
        Assert.All(_warnings, text => Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Find_HelperThatNeverAnswers_IsEndedAndIsAWarning()
    {
        var time = new ManualTimeProvider();
        var helper = Install($"echo started > {_folder["started"]}; exec sleep 1000");
        using var logins = await OpenAsync($$"""{"credsStore":"{{helper}}"}""", "r.example", time);

        var finding = logins.FindAsync(null, _limit.Token);
        while (!finding.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(31));
            await Task.Yield();
        }

        Assert.Null(await finding);
        Assert.Contains("did not answer", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_HelperAnswer_IsRememberedUntilItIsForgotten()
    {
        var helper = Install($$"""echo x >> {{_folder["asked"]}}; echo "{\"Username\":\"u$(wc -l < {{_folder["asked"]}})\",\"Secret\":\"x\"}" """);
        using var logins = await OpenAsync($$"""{"credsStore":"{{helper}}"}""", "r.example");

        var first = await logins.FindAsync(null, _limit.Token);
        var second = await logins.FindAsync("app", _limit.Token);
        logins.Forget();
        var third = await logins.FindAsync(null, _limit.Token);

        Assert.Equal(first, second);
        Assert.NotEqual(first, third);
    }

    [Fact]
    public async Task Find_FileReplaced_IsReadAgain()
    {
        using var logins = await OpenAsync("""{"auths":{"r.example":{"auth":"dTpw"}}}""", "r.example");
        Assert.Equal("p", (await logins.FindAsync(null, _limit.Token))?.Password);

        await File.WriteAllTextAsync(_folder["next.json"], """{"auths":{"r.example":{"auth":"dTpx"}}}""");
        File.Move(_folder["next.json"], _folder["config.json"], overwrite: true);

        Assert.Equal("q", (await logins.FindAsync(null, _limit.Token))?.Password);
    }

    [Fact]
    public async Task OpenAsync_NotJson_DoesNotQuoteWhatItRead()
    {
        var failure = await Assert.ThrowsAsync<RegistryException>(() => OpenAsync("{\"auths\":hunter2}", "r.example"));

        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("'h'", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_ByteOrderMark_IsSkipped() => Assert.NotNull(await OpenAsync("\uFEFF{\"auths\":{}}", "r.example"));

    [Fact]
    public async Task OpenAsync_NoFile_SaysSo()
    {
        var failure = await Assert.ThrowsAsync<RegistryException>(
            () => DockerLogins.OpenAsync(_folder["none"], "r.example", TimeProvider.System, _warnings.Add, _limit.Token));

        Assert.Contains("no such file", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _limit.Dispose();
    }

    private async Task<DockerLogins> OpenAsync(string json, string registry, TimeProvider? time = null)
    {
        await File.WriteAllTextAsync(_folder["config.json"], json);
        return await DockerLogins.OpenAsync(_folder["config.json"], registry, time ?? TimeProvider.System, _warnings.Add, _limit.Token);
    }

    // A helper of this name in PATH; the name is new, so that no other test meets it.
    private string Install(string script)
    {
        var name = Guid.NewGuid().ToString("N");
        var bin = _folder["bin"];
        Directory.CreateDirectory(bin);
        var path = Path.Combine(bin, $"docker-credential-{name}");
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        lock (PathLock)
        {
            Environment.SetEnvironmentVariable("PATH", $"{Environment.GetEnvironmentVariable("PATH")}{Path.PathSeparator}{bin}");
        }

        return name;
    }
}

using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using EdgeSync.Agent.Support;
using EdgeSync.Contracts.Checks;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Preflight;

/// <summary>The archive for support has no secret, wherever one was.</summary>
public sealed class SupportBundleTests : IDisposable
{
    private readonly TempDirectory _secrets = new();

    private const string Password = "pass+word/7Q==\"x";
    private const string Token = "registry-token-4f9c";
    private const string DockerPassword = "docker-login-8811";
    private const string KubeToken = "kube-token-55aa91";
    private const string InlineValue = "inline-value-c0ffee";
    private const string SecretValue = "secret-value-badcafe";
    private const string ProxyPassword = "proxy-pass-31337";
    private const string KeyLine = "MHcCAQEEIBkeykeykeykeykeykeykeykeykeykeykeykeykeykey";

    [Fact]
    public async Task Archive_WithSecretsEverywhere_HasNone()
    {
        using var site = CreateSite();
        // Where secrets may come from: messages of servers, log lines of pods, details of checks.
        var leaks = string.Join(' ', Secrets());
        var context = site.Context(CheckFixture.Healthy with { Message = leaks, Hint = $"Authorization: Basic {Base64($"site:{Password}")}", Details = [leaks, $"-----BEGIN EC PRIVATE KEY-----\n{KeyLine}\n-----END EC PRIVATE KEY-----"] });
        var report = new DoctorReport
        {
            Fleet = "retail",
            Site = "store-0042",
            Agent = "0.1.0",
            At = CheckFixture.Now,
            Outcome = CheckOutcome.Failed,
            Checks = [new CheckResult("link", CheckOutcome.Failed, leaks, "Why.", leaks) { Details = [leaks, $"http://crew:{ProxyPassword}@proxy.example:3128/x"] }],
        };
        var path = site["support.tar.gz"];

        await new SupportBundle(site.Configuration, Environment, TimeProvider.System).WriteAsync(path, context.Status, report, CancellationToken.None);

        var files = Read(path);
        Assert.Equal(
            ["checks.json", "configuration.txt", "edgesync.log", "k3s.log", "status.json", "version.json"],
            files.Keys.Select(name => name["edgesync-store-0042/".Length..]).Order(StringComparer.Ordinal));
        foreach (var (name, text) in files)
        {
            foreach (var secret in Secrets().SelectMany(secret => new[] { secret, Base64(secret) }).Append(KeyLine))
            {
                Assert.False(text.Contains(secret, StringComparison.Ordinal), $"{name} has {secret}:\n{text}");
            }
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task Archive_OfAQuietSite_SaysWhatSupportNeeds()
    {
        using var site = CreateSite();
        var report = new DoctorReport { Fleet = "retail", Site = "store-0042", Agent = "0.1.0", At = CheckFixture.Now, Outcome = CheckOutcome.Passed, Checks = [new CheckResult("clock", CheckOutcome.Passed, "the clock is right", "Why.")] };

        await new SupportBundle(site.Configuration, Environment, TimeProvider.System).WriteAsync(site["support.tar.gz"], site.Context().Status, report, CancellationToken.None);

        var files = Read(site["support.tar.gz"]);
        Assert.Contains("stable: registry.example.com/retail/releases", files["edgesync-store-0042/configuration.txt"], StringComparison.Ordinal);
        Assert.Contains("PASSWORD (file:", files["edgesync-store-0042/configuration.txt"], StringComparison.Ordinal);
        Assert.Contains("the clock is right", files["edgesync-store-0042/checks.json"], StringComparison.Ordinal);
        Assert.Contains("\"healthy\"", files["edgesync-store-0042/status.json"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("curl https://ann:s3cr3t@host/x", "curl https://***@host/x")]
    [InlineData("Authorization: Bearer abcdef123456", "Authorization: Bearer ***")]
    [InlineData("token eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrIn0.c2ln end", "token *** end")]
    [InlineData("DB_PASSWORD=hunter22 ok", "DB_PASSWORD=*** ok")]
    [InlineData("password=hunter22 ok", "password=*** ok")]
    [InlineData("{\"password\":\"hunter22\"}", "{\"password\":\"***\"}")]
    [InlineData("nothing secret: 3 passed", "nothing secret: 3 passed")]
    public void Filter_WhatLooksLikeASecret_IsMasked(string text, string expected) => Assert.Equal(expected, new SecretFilter([]).Clean(text));

    public void Dispose() => _secrets.Dispose();

    private static Dictionary<string, string> Environment { get; } = new() { ["all_proxy"] = $"http://crew:{ProxyPassword}@proxy.example:3128" };

    private static string[] Secrets() => [Password, Token, DockerPassword, KubeToken, InlineValue, SecretValue, ProxyPassword];

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private CheckFixture CreateSite()
    {
        string Write(string name, string text)
        {
            var path = _secrets[name];
            File.WriteAllText(path, text);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return path;
        }

        var login = $"{{\"auths\":{{\"c.example\":{{\"auth\":\"{Base64($"site:{DockerPassword}")}\"}}}}}}";
        var site = new CheckFixture(
            $"# {InlineValue} in a comment\n"
            + $"values: {{COLOR: {InlineValue}, PASSWORD: {{file: {Write("value", SecretValue + "\n")}}}}}\n"
            + "registries:\n"
            + $"  - {{host: a.example, usernameFile: {Write("user", "site")}, passwordFile: {Write("password", Password + "\n")}}}\n"
            + $"  - {{host: b.example, tokenFile: {Write("token", Token)}}}\n"
            + $"  - {{host: c.example, dockerConfig: {Write("config.json", login)}}}\n");
        File.WriteAllText(site["kubeconfig"], $"users:\n- name: agent\n  user:\n    token: \"{KubeToken}\"\n");
        return site;
    }

    private static Dictionary<string, string> Read(string path)
    {
        using var file = File.OpenRead(path);
        using var zip = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(zip);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        while (tar.GetNextEntry(copyData: true) is { } entry)
        {
            using var reader = new StreamReader(entry.DataStream!);
            files[entry.Name] = reader.ReadToEnd();
        }

        return files;
    }
}

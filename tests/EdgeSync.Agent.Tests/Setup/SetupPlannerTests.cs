using System.Text.RegularExpressions;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Failures;
using EdgeSync.Agent.Setup;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Setup;

public sealed class SetupPlannerTests : IDisposable
{
    private readonly TempDirectory _root = new();
    private readonly ManualTimeProvider _time = new();
    private readonly Dictionary<string, string> _environment = [];

    private string Registries => _root["etc/rancher/k3s/registries.yaml"];

    private SetupRequest Request => new()
    {
        ConfigurationPath = _root["etc/edgesync/edgesync.yaml"],
        Site = "store-0042",
        Fleet = "retail",
        Root = _root.Path,
    };

    [Fact]
    public async Task Apply_FreshK3sHost_WritesConfigurationAndMirror_AndTheSecondRunNothing()
    {
        Directory.CreateDirectory(_root["etc/rancher/k3s"]);

        var done = await ApplyAsync(Plan());
        var again = await ApplyAsync(Plan());

        Assert.Contains($"wrote '{Registries}'", done);
        Assert.Empty(again);
        Assert.Contains("\"http://127.0.0.1:5555\"", File.ReadAllText(Registries), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_root["state"]));
        Assert.Contains(Plan().Files, file => file.Consequence!.Contains("restart", StringComparison.Ordinal));
        var configuration = AgentConfigurationLoader.Load(Request.ConfigurationPath, _environment, checkFiles: false);
        Assert.Equal("store-0042", configuration.Site);
        Assert.Equal("registry.example.com/retail/releases", configuration.Channels[0].Reference);
    }

    [Fact]
    public void Template_WithoutComments_IsValid()
    {
        var text = ConfigurationTemplate.Create("store-0042", "retail");
        var active = Regex.Replace(text, "^( *)#(?=[a-z]|  )", "$1", RegexOptions.Multiline);
        using var folder = new Configuration.ConfigurationFolder();
        File.WriteAllText(folder.FilePath, active + "  ledgerKeyFile: ledger.key\n");

        var configuration = AgentConfigurationLoader.Load(folder.FilePath, _environment, checkFiles: false);

        Assert.Equal("north", configuration.Labels["region"]);
        Assert.Equal("registry.example.com", Assert.Single(configuration.Registries).Host);
        Assert.NotNull(configuration.Hq);
    }

    [Fact]
    public async Task Apply_ExistingFile_KeepsModeLinkAndABackup()
    {
        Directory.CreateDirectory(_root["etc/rancher/k3s"]);
        var real = _root["managed.yaml"];
        File.WriteAllText(real, "configs: {}\n");
        File.SetUnixFileMode(real, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        File.CreateSymbolicLink(Registries, real);

        await ApplyAsync(Plan());

        Assert.Equal(real, File.ResolveLinkTarget(Registries, returnFinalTarget: true)!.FullName);
        Assert.StartsWith("configs: {}\nmirrors:\n", File.ReadAllText(real), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(real));
        Assert.Equal("configs: {}\n", File.ReadAllText(real + ".20261121T020000Z.bak"));
    }

    [Fact]
    public async Task Apply_ConfigurationWithAnotherPort_UsesIt()
    {
        Directory.CreateDirectory(_root["etc/rancher/k3s"]);
        await ApplyAsync(Plan());
        _environment["EDGESYNC_MIRROR__LISTEN"] = "127.0.0.1:6001";

        await ApplyAsync(Plan());

        Assert.Contains("\"http://127.0.0.1:6001\"", File.ReadAllText(Registries), StringComparison.Ordinal);
        Assert.DoesNotContain("5555", File.ReadAllText(Registries), StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_PlainContainerd_CoversDefaultAndEveryRegistryOfItsOwn()
    {
        var folder = _root["etc/containerd/certs.d"];
        Directory.CreateDirectory(Path.Combine(folder, "docker.io"));
        Directory.CreateDirectory(Path.Combine(folder, "certificates.example.com"));
        File.WriteAllText(Path.Combine(folder, "docker.io/hosts.toml"), "server = \"https://registry-1.docker.io\"\n");

        var plan = Plan();

        Assert.Equal(
            [Request.ConfigurationPath, Path.Combine(folder, "_default/hosts.toml"), Path.Combine(folder, "docker.io/hosts.toml")],
            plan.Files.Where(file => file.IsNeeded).Select(file => file.Path));
        Assert.Contains(plan.Notes, note => note.Contains("certificates.example.com", StringComparison.Ordinal));
        Assert.Contains(plan.Notes, note => note.Contains("config_path", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(folder, "_default")));
    }

    [Fact]
    public void Plan_ContainerdWithTheConfigPath_HasNoNote()
    {
        Directory.CreateDirectory(_root["etc/containerd"]);
        File.WriteAllText(_root["etc/containerd/config.toml"], $"config_path = \"{_root["etc/containerd/certs.d"]}\"\n");

        Assert.Empty(Plan().Notes);
    }

    [Fact]
    public void Plan_NoRuntimeHere_SaysWhatToName()
    {
        var failure = Assert.Throws<AgentException>(() => Plan());

        Assert.Equal("SetupNoRuntime", failure.Reason);
        Assert.Contains("--k3s-registries", failure.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "retail", "needs the site's name")]
    [InlineData("Store 42", "retail", "is no name")]
    public void Plan_NoGoodName_IsRefused(string? site, string? fleet, string expected)
    {
        var failure = Assert.Throws<AgentException>(() => new SetupPlanner(Request with { Site = site, Fleet = fleet }, _environment).Plan());

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_AnotherSiteThanInTheFile_IsRefused()
    {
        Directory.CreateDirectory(_root["etc/rancher/k3s"]);
        await ApplyAsync(Plan());

        var failure = Assert.Throws<AgentException>(() => new SetupPlanner(Request with { Site = "store-7" }, _environment).Plan());

        Assert.Equal("SetupContradiction", failure.Reason);
    }

    public void Dispose() => _root.Dispose();

    private SetupPlan Plan() => new SetupPlanner(Request, _environment).Plan() with { StateDirectory = _root["state"] };

    private Task<IReadOnlyList<string>> ApplyAsync(SetupPlan plan) => new SetupApplier(_time).ApplyAsync(plan, CancellationToken.None);
}

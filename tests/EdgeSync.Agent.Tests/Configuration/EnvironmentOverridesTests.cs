namespace EdgeSync.Agent.Tests.Configuration;

public sealed class EnvironmentOverridesTests
{
    [Fact]
    public void Load_Variables_OverrideTheFile()
    {
        using var folder = new ConfigurationFolder();

        var configuration = folder.Load(
            ConfigurationFolder.Minimal,
            ("EDGESYNC_SITE", "store-7"),
            ("EDGESYNC_STATE_DIRECTORY", "/data"),
            ("EDGESYNC_RUNDIRECTORY", "/tmp/run"),
            ("EDGESYNC_MIRROR__LISTEN", "127.0.0.1:6001"),
            ("EDGESYNC_CHANNELS__0__HEALTH_DEADLINE", "20s"),
            ("EDGESYNC_CHANNELS__1__NAME", "tools"),
            ("EDGESYNC_CHANNELS__1__REFERENCE", "other.example.com/tools"),
            ("EDGESYNC_TRUST__RELEASES__KEYS__1", "b.pub"),
            ("EDGESYNC_LABELS__REGION", "north"),
            ("EDGESYNC_LABELS__siteType", "ship"),
            ("EDGESYNC_VALUES__MAX_TILLS", "3"),
            ("EDGESYNC_HQ__BROKER", "mqtts://hq.example.com"),
            ("EDGESYNC_HQ__LEDGER_KEY_FILE", "a.pub"));

        Assert.Equal("store-7", configuration.Site);
        Assert.Equal("/data", configuration.StateDirectory);
        Assert.Equal("/tmp/run", configuration.RunDirectory);
        Assert.Equal(6001, configuration.Mirror.Listen.Port);
        Assert.Equal(TimeSpan.FromSeconds(20), configuration.Channels[0].HealthDeadline);
        Assert.Equal("stable", configuration.Channels[0].Name);
        Assert.Equal("tools", configuration.Channels[1].Name);
        Assert.Equal([folder["a.pub"], folder["b.pub"]], configuration.Trust.Releases!.Keys);
        Assert.Equal("north", configuration.Labels["region"]);
        Assert.Equal("3", configuration.Values["MAX_TILLS"].Text);
        Assert.Equal("ship", configuration.Labels["siteType"]);
        Assert.Equal("hq.example.com", configuration.Hq!.Broker.Host);
        Assert.Empty(configuration.Warnings);
    }

    [Fact]
    public void Load_EmptySection_TakesTheVariable()
    {
        using var folder = new ConfigurationFolder();

        var configuration = folder.Load(ConfigurationFolder.Minimal + "log:\n", ("EDGESYNC_LOG__FORMAT", "json"));

        Assert.True(configuration.Log.Json);
    }

    [Theory]
    [InlineData("EDGESYNC_MIRROR__LISTEN", "0.0.0.0:1", "EDGESYNC_MIRROR__LISTEN: mirror.listen: '0.0.0.0:1' can be reached")]
    [InlineData("EDGESYNC_CHANNELS__0__EVERY", "5", "EDGESYNC_CHANNELS__0__EVERY: channels[0].every: '5' has no unit")]
    [InlineData("EDGESYNC_CHANNELS__0__EVRY", "5s", "EDGESYNC_CHANNELS__0__EVRY: channels[0].evry: unknown key; did you mean 'every'?")]
    [InlineData("EDGESYNC_CHANNELS__5__EVERY", "5s", "EDGESYNC_CHANNELS__5__EVERY: '5' does not exist here")]
    [InlineData("EDGESYNC_CHANNELS__FIRST__EVERY", "5s", "EDGESYNC_CHANNELS__FIRST__EVERY: 'FIRST' does not exist here")]
    [InlineData("EDGESYNC_SITES", "x", "EDGESYNC_SITES: unknown variable; did you mean EDGESYNC_SITE?")]
    [InlineData("EDGESYNC_LOG", "debug", "EDGESYNC_LOG: log: is a single value; write a section with keys")]
    [InlineData("EDGESYNC_SITE", "", "EDGESYNC_SITE: site: has no value")]
    public void Load_WrongVariable_IsNamed(string name, string value, string expected)
    {
        using var folder = new ConfigurationFolder();

        var faults = folder.Faults(ConfigurationFolder.Minimal, (name, value));

        Assert.StartsWith(expected, Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ForeignVariables_AreWarnedOfOrReserved()
    {
        using var folder = new ConfigurationFolder();

        var configuration = folder.Load(
            ConfigurationFolder.Minimal,
            ("EDGESYNC_SERVICE_HOST", "10.0.0.1"),
            ("EDGESYNC_CONFIG", "elsewhere"),
            ("EDGESYNC_KUBECONFIG", "elsewhere"),
            ("OTHER_SITE", "x"));

        Assert.Equal("EDGESYNC_SERVICE_HOST", Assert.Single(configuration.Warnings).Where);
        Assert.Equal("store-0042", configuration.Site);
    }
}

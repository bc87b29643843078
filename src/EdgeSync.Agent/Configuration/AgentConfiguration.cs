using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Interlocks;
using EdgeSync.Agent.Page.Access;
using EdgeSync.Bundles.Values;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Windows;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary>The agent's configuration; read by <see cref="AgentConfigurationLoader"/>. All paths are full paths.</summary>
internal sealed partial record AgentConfiguration
{
    public const string DefaultPath = "/etc/edgesync/edgesync.yaml";
    private const int MostInterlocks = 32;

    /// <summary>The file that this was read from.</summary>
    public required string Path { get; init; }

    public required string Site { get; init; }

    public required string Fleet { get; init; }

    /// <summary>Release selectors match these.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>What the manifests of bundles get at this site, by name.</summary>
    public required IReadOnlyDictionary<string, SiteValue> Values { get; init; }

    /// <summary>The zone of windows that name none, of blackouts, and of local times that people read.</summary>
    public required TimeZoneInfo TimeZone { get; init; }

    /// <summary>When downloads and activations may begin, where a channel does not say.</summary>
    public required WindowsSection Windows { get; init; }

    /// <summary>When the site reports what became of a night.</summary>
    public required ReportSection Report { get; init; }

    /// <summary>What must allow an activation before it begins; may be none.</summary>
    public required IReadOnlyList<Interlock> Interlocks { get; init; }

    /// <summary>The folder of database, cache and identity.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The folder of files that a restart may delete.</summary>
    public required string RunDirectory { get; init; }

    /// <summary>The platform whose images are fetched, <c>os/architecture[/variant]</c>.</summary>
    public required string Platform { get; init; }

    public required IReadOnlyList<RegistrySection> Registries { get; init; }

    public required TrustSection Trust { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<ChannelSection> Channels { get; init; }

    public required ClusterSection Cluster { get; init; }

    public required RuntimeSection Runtime { get; init; }

    public required MirrorSection Mirror { get; init; }

    /// <summary>The technician's page; null when it is off.</summary>
    public required PageSection? Page { get; init; }

    /// <summary>Null when this site has no HQ or is not enrolled yet.</summary>
    public required HqSection? Hq { get; init; }

    public required FetchSection Fetch { get; init; }

    public required PruneSection Prune { get; init; }

    public required LogSection Log { get; init; }

    /// <summary>What is allowed but probably a mistake; the daemon logs it.</summary>
    public IReadOnlyList<YamlFault> Warnings { get; init; } = [];

    /// <summary>Where the daemon answers <c>edgesync status</c>.</summary>
    public string ControlSocket => System.IO.Path.Combine(RunDirectory, "edgesync.sock");

    /// <summary>Where <c>edgesync enroll</c> keeps the site's keys and certificates.</summary>
    public string IdentityDirectory => System.IO.Path.Combine(StateDirectory, "identity");

    /// <summary>This site, as its releases and bundles see it.</summary>
    public SiteProfile Profile => new(Fleet, Site, Labels, VersionCommand.Current) { Values = Values, IsRebuiltByHand = Cluster.IsRebuiltByHand };

    /// <summary>When the work of this channel may begin at this site.</summary>
    public ChannelWindows WindowsOf(ChannelSection channel) => channel.Windows.ToWindows(Windows, TimeZone, splay => SiteSplay.ShareOf(splay, Fleet, Site));

    public static AgentConfiguration Read(string path, YamlSection reader)
    {
        var configuration = new AgentConfiguration
        {
            Path = path,
            Site = reader.Name("site", "store-0042"),
            Fleet = reader.Name("fleet", "retail"),
            Labels = reader.FreeTexts("labels", "{region: north}"),
            Values = ValuesSection.Read(reader),
            TimeZone = reader.OptionalTimeZone("timeZone") ?? TimeZoneInfo.Local,
            Windows = reader.OptionalSection("windows", WindowsSection.Read) ?? WindowsSection.None,
            Report = reader.Section("report", ReportSection.Read),
            Interlocks = reader.Sections("interlocks", InterlockReader.Read),
            StateDirectory = reader.Folder("stateDirectory", "/var/lib/edgesync"),
            RunDirectory = reader.Folder("runDirectory", "/run/edgesync"),
            Platform = reader.OptionalText("platform") ?? ThisMachine(),
            Registries = reader.Sections("registries", RegistrySection.Read),
            Trust = reader.Section("trust", TrustSection.Read),
            Channels = reader.Sections("channels", ChannelSection.Read),
            Cluster = reader.Section("cluster", ClusterSection.Read),
            Runtime = reader.Section("runtime", RuntimeSection.Read),
            Mirror = reader.Section("mirror", MirrorSection.Read),
            Page = reader.OptionalSection("page", PageSection.Read),
            Hq = reader.OptionalSection("hq", HqSection.Read),
            Fetch = reader.Section("fetch", FetchSection.Read),
            Prune = reader.Section("prune", PruneSection.Read),
            Log = reader.Section("log", LogSection.Read),
        };
        configuration.Check(reader);
        return configuration;
    }

    private void Check(YamlSection reader)
    {
        if (!PlatformRule().IsMatch(Platform))
        {
            reader.Fault("platform", $"'{Platform}' is no platform; write OS/ARCHITECTURE, such as linux/amd64 or linux/arm/v7");
        }

        if (!SocketAddress.Fits(ControlSocket))
        {
            reader.Fault("runDirectory", $"is too long; '{ControlSocket}' must have at most {SocketAddress.MaxLength} bytes");
        }

        if (StateDirectory == RunDirectory)
        {
            reader.Fault("runDirectory", "is the same folder as stateDirectory; one outlives a restart, the other does not");
        }

        if (Channels.Count == 0)
        {
            reader.Fault("channels", "names no channel; write 'channels: [{name: stable, reference: HOST/REPOSITORY}]'");
        }

        foreach (var (channel, problem) in Channels.Select(channel => (channel, channel.Windows.FindProblem(Windows))).Where(pair => pair.Item2 is not null))
        {
            reader.Fault("windows", $"channel {channel.Name}: {problem}");
        }

        foreach (var (interlock, name) in Interlocks.SelectMany(interlock => interlock.Channels.Select(name => (interlock, name))))
        {
            if (!Channels.Any(channel => channel.Name == name))
            {
                reader.Fault("interlocks", $"interlock {interlock.Name}: 'channels' names '{name}', which is no channel of this site");
            }
        }

        if (Interlocks.Count > MostInterlocks)
        {
            reader.Fault("interlocks", $"has {Interlocks.Count} interlocks; at most {MostInterlocks} can be asked together");
        }

        RefuseTwice(reader, "interlocks", "interlock", Interlocks.Select(interlock => interlock.Name));
        if (Page is not null)
        {
            CheckPage(reader, Page);
        }

        RefuseTwice(reader, "channels", "channel", Channels.Select(channel => channel.Name));
        RefuseTwice(reader, "registries", "host", Registries.Select(registry => registry.Host));
    }

    private void CheckPage(YamlSection reader, PageSection page)
    {
        if (page.Listen.Port == Mirror.Listen.Port)
        {
            reader.Fault("page", $"listens on port {page.Listen.Port}, which is the mirror's; choose another one with page.listen");
        }

        var pin = new PagePin(StateDirectory);
        if (reader.File.ChecksFiles && page.IsReachable && pin.ReadHash() is null)
        {
            reader.Fault("page", $"listens on {page.Listen}, which can be reached from outside, and {(File.Exists(pin.Path) ? $"'{pin.Path}' has no PIN that can be read" : "no PIN is set")}; run 'edgesync page pin'");
        }
    }

    private static void RefuseTwice(YamlSection reader, string key, string what, IEnumerable<string> names)
    {
        foreach (var twice in names.Where(name => name.Length > 0).GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            reader.Fault(key, $"has the {what} '{twice.Key}' {twice.Count()} times; keep one");
        }
    }

    private static string ThisMachine() => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "linux/amd64",
        Architecture.Arm64 => "linux/arm64",
        Architecture.Arm => "linux/arm/v7",
        var other => $"linux/{other.ToString().ToLowerInvariant()}",
    };

    [GeneratedRegex(@"\A[a-z0-9]+/[a-z0-9_]+(/[a-z0-9]+)?\z")]
    private static partial Regex PlatformRule();
}

using System.Text;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Failures;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Agent.Setup;

/// <summary>Reads the host's files and plans the changes. Writes nothing.</summary>
internal sealed class SetupPlanner(SetupRequest request, IReadOnlyDictionary<string, string> environment)
{
    private const int MaxSize = 1 << 20;
    private const string RestartK3s = "k3s reads this file when it starts: restart it (systemctl restart k3s) when the site allows; running pods go on running";

    private readonly List<FileChange> _files = [];
    private readonly List<string> _notes = [];

    /// <summary>The plan. Throws <see cref="ConfigurationException"/> or <see cref="AgentException"/>.</summary>
    public SetupPlan Plan()
    {
        var (stateDirectory, listen) = File.Exists(request.ConfigurationPath) ? ReadConfiguration() : PlanConfiguration();
        var mirror = new Uri($"http://{listen}");
        var (registries, hosts) = FindRuntimes();
        if (registries is not null)
        {
            Add(registries, DurableFile.PrivateMode, text => K3sRegistries.Edit(registries, text, mirror),
                RestartK3s);
            if (_files[^1].IsNeeded)
            {
                // Known: k3s issues 9728 and 11857.
                _notes.Add("k3s from before March 2024, 1.31.6 and 1.32.2 do not ask the registry itself for what the mirror lacks; upgrade those first");
            }
        }

        if (hosts is not null)
        {
            PlanContainerd(hosts, mirror);
        }

        return new SetupPlan(stateDirectory, _files, _notes);
    }

    /// <summary>How to take the mirror out of the container runtime's files again. The site's configuration and state stay.</summary>
    public SetupPlan PlanRemoval()
    {
        var (stateDirectory, listen) = ReadConfiguration();
        var mirror = new Uri($"http://{listen}");
        var (registries, hosts) = FindRuntimes(isRequired: false);
        if (registries is not null && File.Exists(registries))
        {
            Add(registries, DurableFile.PrivateMode, text => K3sRegistries.Remove(registries, text, mirror), RestartK3s);
        }

        foreach (var file in hosts is not null && Directory.Exists(hosts) ? Directory.GetDirectories(hosts).Order(StringComparer.Ordinal).Select(folder => Path.Combine(folder, "hosts.toml")) : [])
        {
            if (File.Exists(file))
            {
                Add(file, DurableFile.SharedMode, text => ContainerdHosts.Remove(file, text, mirror), consequence: null);
            }
        }

        return new SetupPlan(stateDirectory, _files, _notes);
    }

    private (string StateDirectory, object Listen) ReadConfiguration()
    {
        var configuration = AgentConfigurationLoader.Load(request.ConfigurationPath, environment, checkFiles: false);
        Agree("site", request.Site, configuration.Site);
        Agree("fleet", request.Fleet, configuration.Fleet);
        return (configuration.StateDirectory, configuration.Mirror.Listen);
    }

    private void Agree(string what, string? asked, string there)
    {
        if (asked is not null && asked != there)
        {
            throw new AgentException("SetupContradiction", $"'{request.ConfigurationPath}' says {what} '{there}', not '{asked}'")
            {
                ExitCode = ExitCodes.BadConfiguration,
                Hint = "A site keeps its name; edit the file if it really is another site.",
            };
        }
    }

    private (string StateDirectory, object Listen) PlanConfiguration()
    {
        if (request.Site is null || request.Fleet is null)
        {
            throw new AgentException("SetupNeedsName", $"there is no '{request.ConfigurationPath}' yet, and a first one needs the site's name")
            {
                ExitCode = ExitCodes.Usage,
                Hint = "Run 'edgesync setup --site NAME --fleet NAME'.",
            };
        }

        foreach (var name in (string[])[request.Site, request.Fleet])
        {
            if (!EntityName.IsValid(name))
            {
                throw new AgentException("SetupNeedsName", $"'{name}' is no name; {EntityName.Rule}") { ExitCode = ExitCodes.Usage };
            }
        }

        var text = ConfigurationTemplate.Create(request.Site, request.Fleet);
        _files.Add(new FileChange(request.ConfigurationPath, Before: null, text, DurableFile.SharedMode,
            "fill in 'trust' and 'channels', then run 'edgesync config check'"));
        return ("/var/lib/edgesync", MirrorSection.Default);
    }

    private (string? Registries, string? Hosts) FindRuntimes(bool isRequired = true)
    {
        if (request.K3sRegistries is not null || request.ContainerdHosts is not null)
        {
            return (request.K3sRegistries, request.ContainerdHosts);
        }

        var k3s = Path.Combine(request.Root, "etc/rancher/k3s");
        if (Directory.Exists(k3s))
        {
            return (Path.Combine(k3s, "registries.yaml"), null);
        }

        var containerd = Path.Combine(request.Root, "etc/containerd");
        return Directory.Exists(containerd) || !isRequired
            ? (null, Path.Combine(containerd, "certs.d"))
            : throw new AgentException("SetupNoRuntime", $"neither k3s ('{k3s}') nor containerd ('{containerd}') is on this host")
            {
                ExitCode = ExitCodes.BadInput,
                Hint = "Install k3s first, or name the place by --k3s-registries FILE or --containerd-hosts FOLDER.",
            };
    }

    private void PlanContainerd(string folder, Uri mirror)
    {
        // containerd prefers the folder of a registry to _default, so each needs the mirror.
        var named = Directory.Exists(folder) ? Directory.GetDirectories(folder).Select(Path.GetFileName).OfType<string>() : [];
        foreach (var registry in named.Append("_default").Distinct().Order(StringComparer.Ordinal))
        {
            var file = Path.Combine(folder, registry, "hosts.toml");
            if (File.Exists(file) || registry == "_default")
            {
                Add(file, DurableFile.SharedMode, text => ContainerdHosts.Edit(file, text, mirror), consequence: null);
            }
            else
            {
                _notes.Add($"'{Path.GetDirectoryName(file)}' has no hosts.toml; images of '{registry}' will not come from the mirror");
            }
        }

        var main = Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) ?? "/", "config.toml");
        if (!File.Exists(main) || !ContainerdHosts.IsConfigured(Read(main), Path.TrimEndingDirectorySeparator(folder)))
        {
            _notes.Add($"containerd looks at '{folder}' only if its configuration ('{main}') says so: "
                + $"under [plugins.\"io.containerd.grpc.v1.cri\".registry] set config_path = \"{folder}\" and restart containerd");
        }
    }

    private void Add(string path, UnixFileMode mode, Func<string, string> edit, string? consequence)
    {
        if (Directory.Exists(path))
        {
            throw new AgentException("SetupCannotRead", $"'{path}' is a folder, and setup writes a file of this name") { Hint = "Remove or rename the folder." };
        }

        // A link stays a link; its target is written.
        var target = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
        var before = File.Exists(target) ? Read(target) : null;
        var kept = before is null ? mode : File.GetUnixFileMode(target);
        _files.Add(new FileChange(target, before, edit(before ?? ""), kept, consequence));
    }

    private static string Read(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MaxSize
                ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path))
                : throw new AgentException("SetupCannotMerge", $"'{path}' is larger than {MaxSize >> 10} KiB") { ExitCode = ExitCodes.BadInput };
        }
        catch (DecoderFallbackException failure)
        {
            throw new AgentException("SetupCannotMerge", $"'{path}' is not UTF-8 text", failure) { ExitCode = ExitCodes.BadInput };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AgentException("SetupCannotRead", $"cannot read '{path}': {FileFaults.Describe(path, failure)}", failure) { Hint = "Run setup as root." };
        }
    }
}

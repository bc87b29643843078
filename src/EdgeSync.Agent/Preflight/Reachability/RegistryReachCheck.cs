using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Sources;
using EdgeSync.Oci;
using EdgeSync.Oci.References;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Http;
using EdgeSync.Primitives.Tls;

namespace EdgeSync.Agent.Preflight.Reachability;

/// <summary>One registry host can be reached, and lets this site in. The stages are DNS, TCP, TLS, HTTP and authentication.</summary>
internal sealed class RegistryReachCheck(string host, AgentConfiguration configuration, RegistryClients clients, TimeProvider time) : ISiteCheck
{
    public string Name => $"registry {host}";

    public string Why => "Releases and bundles come from here.";

    public async Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var section = configuration.Registries.FirstOrDefault(registry => string.Equals(registry.Host, host, StringComparison.OrdinalIgnoreCase));
        var address = new Uri($"{(section?.PlainHttp == true ? "http" : "https")}://{(host == OciReference.DockerHub ? "registry-1.docker.io" : host)}/");
        var (probe, failure) = await ReachAsync(address, section, cancellationToken);
        return failure ?? await AskAsync(probe, cancellationToken);
    }

    private async Task<(StageProbe Probe, CheckFinding? Failure)> ReachAsync(Uri address, RegistrySection? section, CancellationToken cancellationToken)
    {
        if (EnvironmentProxy.FromEnvironment()?.GetProxy(address) is { } proxy)
        {
            // Behind a proxy it is the proxy that resolves the name and connects; TLS with the registry is part of the stage HTTP then.
            var way = new StageProbe(proxy.Host, proxy.Port, time);
            way.Pass("proxy", $"{proxy.Host}:{proxy.Port}, by the environment");
            return (way, await way.ReachAsync(anchors: null, cancellationToken));
        }

        var probe = new StageProbe(address.Host, address.Port, time);
        try
        {
            var anchors = address.Scheme != Uri.UriSchemeHttps ? null : section?.CaFile is { } file ? TrustAnchors.Load(file) : TrustAnchors.Machine;
            return (probe, await probe.ReachAsync(anchors, cancellationToken));
        }
        catch (Exception failure) when (failure is FormatException or StorageException)
        {
            return (probe, probe.Fail("TLS", $"the file of its certificate authority cannot be used: {failure.Message}", "Correct 'caFile' of this registry in the configuration."));
        }
    }

    private async Task<CheckFinding> AskAsync(StageProbe probe, CancellationToken cancellationToken)
    {
        try
        {
            var client = await clients.GetAsync(host, cancellationToken);
            await client.PingAsync(cancellationToken);
            probe.Pass("HTTP", "a registry answers");
            foreach (var channel in configuration.Channels.Where(channel => OciReference.TryParse(channel.Reference, out var reference) && reference.Registry == host))
            {
                // A token server lets everybody in at the front door: only a question about the repository itself shows what the login may do.
                await client.ResolveAsync(OciReference.Parse(channel.Reference).Repository, channel.FollowTag ?? channel.Name, known: null, cancellationToken);
            }

            probe.Pass("authentication", "the registry lets this site read its channels");
            return CheckFinding.Passed($"{host} answers and lets this site in") with { Details = probe.Stages };
        }
        catch (EdgeSyncException failure)
        {
            return probe.Fail(StageOf(failure.Reason), $"{failure.Message} ({failure.Reason})", failure.Hint);
        }
    }

    private static string StageOf(string reason) => reason switch
    {
        RegistryReasons.Unauthorized or RegistryReasons.Denied or RegistryReasons.CredentialsInvalid => "authentication",
        RegistryReasons.TlsRejected => "TLS",
        _ => "HTTP",
    };
}

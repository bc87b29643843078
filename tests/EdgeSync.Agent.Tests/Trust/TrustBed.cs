using System.Text.Json;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Tests.Configuration;
using EdgeSync.Agent.Trust;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using TrustRole = EdgeSync.Contracts.Trust.TrustRole;

namespace EdgeSync.Agent.Tests.Trust;

/// <summary>A site that was installed with root 1 of the root keys a, b and c, two of which must sign, on a clock that stands still.</summary>
internal sealed class TrustBed : IDisposable
{
    private readonly ConfigurationFolder _folder = new();
    private readonly Dictionary<string, SigningKey> _keys = new(StringComparer.Ordinal);
    private readonly AgentConfiguration _configuration;

    public TrustBed()
    {
        File.WriteAllBytes(_folder["root.json"], Sign(Root(1), "a b"));
        _configuration = _folder.Load("""
            site: store-1
            fleet: retail
            stateDirectory: state
            trust: {root: root.json}
            channels: [{name: stable, reference: r.example.com/releases}]
            cluster: {kubeconfig: kubeconfig}
            """);
        Directory.CreateDirectory(_configuration.IdentityDirectory);
    }

    public ManualTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 21, 2, 0, 0, TimeSpan.Zero));

    public string State => _configuration.StateDirectory;

    public Task<SiteTrust> OpenAsync() => SiteTrust.OpenAsync(_configuration, source: null, Time, NullLogger<SiteTrust>.Instance, CancellationToken.None);

    public Digest Id(string key) => Key(key).PublicKey.Id;

    public string Pem(string key) => Key(key).PublicKey.ToPem();

    public TrustRootRecord Root(long version, string releases = "r s", string bundles = "p", string? policy = null) => new()
    {
        Fleet = "retail",
        Version = version,
        IssuedAt = Time.GetUtcNow(),
        ExpiresAt = Time.GetUtcNow().AddDays(365),
        Roots = Role("a b c", 2),
        Releases = Role(releases, 1),
        Bundles = Role(bundles, 1),
        Policy = policy is null ? null : TrustPolicyText.Of(policy),
    };

    public RevocationRecord Revoke(long number, string keys, params Digest[] bundles) => new()
    {
        Fleet = "retail",
        Number = number,
        RootVersion = 1,
        IssuedAt = Time.GetUtcNow(),
        Keys = [.. keys.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Id)],
        Bundles = bundles,
    };

    public byte[] Sign(TrustRootRecord root, string signers) =>
        Sign(TrustRootRecord.MediaType, JsonSerializer.SerializeToUtf8Bytes(root, ContractsJsonContext.Default.TrustRootRecord), signers);

    public byte[] Sign(RevocationRecord list, string signers) =>
        Sign(RevocationRecord.MediaType, JsonSerializer.SerializeToUtf8Bytes(list, ContractsJsonContext.Default.RevocationRecord), signers);

    public void Dispose() => _folder.Dispose();

    private byte[] Sign(string type, byte[] payload, string signers) => DsseSigner.Sign(type, payload, [.. signers.Split(' ').Select(Key)]).ToBytes();

    private TrustRole Role(string keys, int threshold) => new(
        [.. keys.Split(' ').Select(name => new TrustKey(name, string.Concat(Pem(name).Split('\n').Where(line => !line.StartsWith('-')))))], threshold);

    private SigningKey Key(string name) => _keys.TryGetValue(name, out var key) ? key : _keys[name] = SigningKey.Create(name);
}

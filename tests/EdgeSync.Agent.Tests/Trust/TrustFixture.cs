using System.Text.Json;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Tests.Configuration;
using EdgeSync.Agent.Time;
using EdgeSync.Agent.Trust;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Ledger;
using EdgeSync.Sqlite;
using EdgeSync.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using TrustRole = EdgeSync.Contracts.Trust.TrustRole;

namespace EdgeSync.Agent.Tests.Trust;

/// <summary>A site that was installed with root 1 of the root keys a, b and c, two of which must sign, on a clock that stands still.</summary>
internal sealed class TrustFixture : IDisposable
{
    private readonly ConfigurationFolder _folder = new();
    private readonly Dictionary<string, SigningKey> _keys = new(StringComparer.Ordinal);
    private readonly AgentConfiguration _configuration;
    private Ledger? _ledger;

    public TrustFixture()
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

    public AgentConfiguration Configuration => _configuration;

    public string State => _configuration.StateDirectory;

    public string Identity => _configuration.IdentityDirectory;

    public string Database => Path.Combine(State, "site.db");

    /// <summary>Opens the site's trust, as at a start of the agent.</summary>
    public Task<SiteTrust> OpenAsync()
    {
        var database = SqliteDatabase.Open(Database, SiteSchema.Steps);
        var site = new SiteProfile("retail", "store-1", new Dictionary<string, string>(), "0.1.0");
        _ledger = new Ledger(database, site, Key("ledger"), new SiteClock(Time, Time.GetUtcNow()));
        return SiteTrust.OpenAsync(
            _configuration, source: null, new TrustReporter(database, _ledger), Time, NullLogger<SiteTrust>.Instance, CancellationToken.None);
    }

    /// <summary>The entries of the ledger, with signatures and chain checked.</summary>
    public IReadOnlyList<Acknowledgement> Ledger()
    {
        var entries = new List<Acknowledgement>();
        LedgerHead? head = null;
        foreach (var entry in _ledger!.Read(1, 100))
        {
            var verdict = AcknowledgementVerifier.Verify(entry.Envelope, new LedgerExpectation("retail", "store-1", Key("ledger").PublicKey, head));
            var valid = Assert.IsType<LedgerVerdict.Valid>(verdict);
            head = valid.Head;
            entries.Add(valid.Entry);
        }

        return entries;
    }

    /// <summary>Puts another root in the place of the one that was pinned at installation.</summary>
    public void Pin(byte[] root) => File.WriteAllBytes(_folder["root.json"], root);

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

    /// <summary>A copy of the whole state directory but for the site's identity.</summary>
    public IReadOnlyDictionary<string, byte[]> Backup()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        return StateFiles().ToDictionary(path => path, File.ReadAllBytes);
    }

    /// <summary>Puts a copy in the place of what is there.</summary>
    public void Restore(IReadOnlyDictionary<string, byte[]> backup)
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        StateFiles().ForEach(File.Delete);
        foreach (var (path, bytes) in backup)
        {
            File.WriteAllBytes(path, bytes);
        }
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    private List<string> StateFiles() =>
        [.. Directory.GetFiles(State, "*", SearchOption.AllDirectories).Where(path => !path.StartsWith(Identity, StringComparison.Ordinal))];

    private byte[] Sign(string type, byte[] payload, string signers) => DsseSigner.Sign(type, payload, [.. signers.Split(' ').Select(Key)]).ToBytes();

    private TrustRole Role(string keys, int threshold) => new(
        [.. keys.Split(' ').Select(name => new TrustKey(name, string.Concat(Pem(name).Split('\n').Where(line => !line.StartsWith('-')))))], threshold);

    private SigningKey Key(string name) => _keys.TryGetValue(name, out var key) ? key : _keys[name] = SigningKey.Create(name);
}

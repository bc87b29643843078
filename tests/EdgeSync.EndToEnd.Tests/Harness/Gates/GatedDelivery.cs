using System.Security.Cryptography;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Harness.Gates;

/// <summary>
/// The next version on its way to a gated site: pushed and signed at first, then released; and at the end, proof that everything about it
/// happened once. Objects of two apply stages change in each version, one comes, and one goes.
/// </summary>
internal sealed class GatedDelivery
{
    /// <summary>A change that went well.</summary>
    public static readonly AcknowledgementEvent[] Good =
        [AcknowledgementEvent.Received, AcknowledgementEvent.Staged, AcknowledgementEvent.Activating, AcknowledgementEvent.Healthy];

    /// <summary>A change that was taken back.</summary>
    public static readonly AcknowledgementEvent[] TakenBack =
        [AcknowledgementEvent.Received, AcknowledgementEvent.Staged, AcknowledgementEvent.Activating, AcknowledgementEvent.Failed, AcknowledgementEvent.RolledBack];

    /// <summary>A change that had to wait for its start.</summary>
    public static readonly AcknowledgementEvent[] GoodAfterWaiting =
        [AcknowledgementEvent.Received, AcknowledgementEvent.Staged, AcknowledgementEvent.Waiting, AcknowledgementEvent.Activating, AcknowledgementEvent.Healthy];

    private readonly GatedShop _shop;
    private readonly ClusterHistory _history;
    private readonly ShopVersion _version;
    private readonly bool _works;
    private int _firstEntry;
    private string _before = "";
    private string? _runningBefore;
    private DateTimeOffset? _notBefore;

    private GatedDelivery(GatedShop shop, int number, bool works)
    {
        _shop = shop;
        _works = works;
        _history = new ClusterHistory(shop.Node, 
            ["/api/v1/namespaces/shop/configmaps", "/apis/shop.example.com/v1/namespaces/shop/doors", "/apis/shop.example.com/v1/namespaces/shop/trapdoors"]);
        _version = new ShopVersion($"{number}.0.0") { HasPods = false, MoreManifests = Manifests(number, works) };
        Number = number;
    }

    public int Number { get; }

    public string Version => _version.Version;

    /// <summary>The bundle.</summary>
    public string Digest { get; private set; } = "";

    /// <summary>The ConfigMap that only this version has; the next one prunes it.</summary>
    public string OwnConfigMap => $"only-{Number}";

    /// <summary>Pushes and signs the version; the site hears of it by <see cref="PublishAsync"/>.</summary>
    public static async Task<GatedDelivery> PrepareAsync(GatedShop shop, int number, bool works = true)
    {
        var delivery = new GatedDelivery(shop, number, works);
        delivery.Digest = await shop.Delivery.PushAsync(delivery._version);
        await shop.Delivery.SignAsync(delivery.Digest);
        delivery._firstEntry = SiteLedger.Read(shop.DatabasePath).Count;
        delivery._before = await delivery._history.NowAsync();
        delivery._runningBefore = (await shop.Site.StatusAsync()).Channels[0].Running?.Version;
        return delivery;
    }

    public Task PublishAsync(params string[] more) => _shop.Delivery.PublishAsync(Digest, _version, more: more);

    /// <summary>Releases it for so long only.</summary>
    public Task PublishForAsync(string expires, params string[] more) => _shop.Delivery.PublishAsync(Digest, _version, expires: expires, more: more);

    /// <summary>
    /// Releases it with a start in two minutes, and waits until the site waits for it. A slow machine cannot miss that: the wait for the status
    /// ends before the start. A shifted clock was tried and made a test of the same site fail.
    /// </summary>
    public async Task PublishAndAwaitWaitingAsync()
    {
        var start = TimeProvider.System.GetUtcNow().AddSeconds(120);
        _notBefore = start.AddTicks(-(start.Ticks % TimeSpan.TicksPerSecond));
        await PublishAsync("--not-before", "120s");
        await _shop.Site.AwaitStatusAsync(status => status.Channels is [{ State: ChannelState.Waiting }], "waiting");
    }

    /// <summary>Waits until the site has done all that it can for this version.</summary>
    public Task<SiteStatus> AwaitDoneAsync() => _shop.Site.AwaitStatusAsync(
        status => status.Channels is [var channel]
            && (_works ? channel.State == ChannelState.Healthy && channel.Running?.Version == Version : channel.State == ChannelState.RolledBack),
        _works ? $"healthy at {Version}" : $"back from {Version}",
        SiteProcess.Patience + (_notBefore is null ? TimeSpan.Zero : TimeSpan.FromSeconds(120)));

    /// <summary>
    /// All is as if nothing had come between: the cluster has the right version and was written to once for each change, the ledger says each
    /// event once in a whole chain, and HQ has every entry, in order.
    /// </summary>
    public async Task AssertDoneOnceAsync(AcknowledgementEvent[]? events = null)
    {
        await AwaitDoneAsync();
        var entries = SiteLedger.Read(_shop.DatabasePath).Skip(_firstEntry).ToList();
        Assert.Equal(events ?? (_works ? Good : TakenBack), entries.Select(entry => entry.Event));
        Assert.All(entries.Where(entry => entry.Event == AcknowledgementEvent.Activating), entry => Assert.True(_notBefore is null || entry.At >= _notBefore));
        Assert.Equal(ExpectedChanges(), await _history.SinceAsync(_before));
        await _shop.AssertHqHasAllAsync();
    }

    private string[] ExpectedChanges()
    {
        string[] once = ["ConfigMap pages MODIFIED", "Door front MODIFIED"];
        IEnumerable<string> changes = (_works, _runningBefore) switch
        {
            (true, null) => [],
            (true, { } before) => [.. once, $"ConfigMap {OwnConfigMap} ADDED", $"ConfigMap only-{before.Split('.')[0]} DELETED"],
            _ => [
                .. once, .. once, $"ConfigMap {OwnConfigMap} ADDED", $"ConfigMap {OwnConfigMap} DELETED", "Trapdoor cellar ADDED", "Trapdoor cellar DELETED",
            ],
        };
        return [.. changes.Order(StringComparer.Ordinal)];
    }

    // Enough that stays, so that one that goes is not too much for the prune policy; noise, so that half a blob is worth resuming.
    private static string Manifests(int number, bool works) => string.Concat(
        [
            Kind("Door", "{type: object}"),
            Kind("Trapdoor", """{type: object, default: {conditions: [{type: Stalled, status: "True", message: it is open}]}}"""),
            $$"""
            ---
            apiVersion: shop.example.com/v1
            kind: Door
            metadata: {name: front, namespace: shop}
            spec: {sign: "shop {{number}}"}

            """,
            works ? "" : """
            ---
            apiVersion: shop.example.com/v1
            kind: Trapdoor
            metadata: {name: cellar, namespace: shop}

            """,
            ConfigMap($"only-{number}", $"{{noise: {Convert.ToBase64String(RandomNumberGenerator.GetBytes(200_000))}}}"),
            .. Enumerable.Range(0, 5).Select(i => ConfigMap($"shelf-{i}", "{note: stays}")),
        ]);

    private static string ConfigMap(string name, string data) => $$"""
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: {{name}}, namespace: shop}
        data: {{data}}

        """;

    // No controller runs here that could make anything fail; a kind whose objects are born with a failed condition needs none.
    private static string Kind(string kind, string status) => $$"""
        ---
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: {{kind.ToLowerInvariant()}}s.shop.example.com}
        spec:
          group: shop.example.com
          scope: Namespaced
          names: {kind: {{kind}}, listKind: {{kind}}List, plural: {{kind.ToLowerInvariant()}}s, singular: {{kind.ToLowerInvariant()}}}
          versions:
            - name: v1
              served: true
              storage: true
              schema:
                openAPIV3Schema:
                  type: object
                  x-kubernetes-preserve-unknown-fields: true
                  properties:
                    status: {{status.Replace("{type: object", "{type: object, x-kubernetes-preserve-unknown-fields: true", StringComparison.Ordinal)}}

        """;
}

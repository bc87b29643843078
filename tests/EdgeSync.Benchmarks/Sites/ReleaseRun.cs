using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.Benchmarks.Sites;

/// <summary>One release from its publication to the acknowledgement that HQ has stored.</summary>
internal sealed class ReleaseRun(SiteWorld world)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly Dictionary<string, DateTimeOffset> _events = new(StringComparer.Ordinal);
    private string _version = "";

    /// <summary>When <c>release publish</c> had ended.</summary>
    public DateTimeOffset Published { get; private set; }

    /// <summary>When HQ had stored the acknowledgement of <c>healthy</c>.</summary>
    public DateTimeOffset Acknowledged { get; private set; }

    /// <summary>The digest of the bundle.</summary>
    public string Digest { get; private set; } = "";

    /// <summary>When the site wrote this acknowledgement, by its own word: received, staged, activating, healthy.</summary>
    public DateTimeOffset At(string word) => _events[word];

    /// <summary>Builds, pushes and signs the bundle, and releases it; only the release counts.</summary>
    public async Task PublishAsync(ShopVersion version, CancellationToken cancellationToken)
    {
        _version = version.Version;
        Digest = await world.Delivery.PushAsync(version, cancellationToken);
        await world.Delivery.SignAsync(Digest, cancellationToken: cancellationToken);
        await world.Delivery.PublishAsync(Digest, version, cancellationToken: cancellationToken);
        Published = TimeProvider.System.GetUtcNow();
    }

    /// <summary>Waits until HQ has the word that all is healthy.</summary>
    public async Task AwaitAcknowledgedAsync(CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Patience);
        try
        {
            while (!await HasArrivedAsync(bound.Token))
            {
                await Task.Delay(Interval, TimeProvider.System, bound.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TestbedException("NotAcknowledged", $"HQ had no word within {Patience.TotalMinutes:0} minutes that {_version} is healthy; the site says:\n{world.ReadLog()}");
        }
    }

    private async Task<bool> HasArrivedAsync(CancellationToken cancellationToken)
    {
        var entries = await world.Hq.GetAcknowledgementsAsync(world.Configuration.Fleet, world.Configuration.Site, cancellationToken);
        foreach (var entry in entries.Where(e => (string?)e!["acknowledgement"]!["release"]?["version"] == _version))
        {
            var word = (string)entry!["acknowledgement"]!["event"]!;
            _events[word] = Time(entry["acknowledgement"]!["at"]!);
            if (word is "failed" or "rejected")
            {
                throw new TestbedException("ReleaseFailed", $"{_version} {word}: {(string?)entry["acknowledgement"]!["message"]}");
            }

            if (word == "healthy")
            {
                Acknowledged = Time(entry["receivedAt"]!);
            }
        }

        return Acknowledged != default;
    }

    private static DateTimeOffset Time(JsonNode value) => DateTimeOffset.Parse((string)value!, CultureInfo.InvariantCulture);
}

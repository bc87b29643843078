using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Ingestion;

namespace EdgeSync.Hq.Tests.Support;

/// <summary>A night of twelve stores: most were updated, one rolled back, one waits, one has not reported.</summary>
internal sealed class ExampleNight(TestHq hq) : IDisposable
{
    public const string Path = "/night?selector=ring%3Dwest";
    private const string Failed = "Deployment shop/till is not healthy after 2m: 1 of 3 pods is ready; container till: CrashLoopBackOff, exit code 1";
    private readonly List<TestSite> _sites = [];
    private readonly DateTimeOffset _end = hq.Now.AddHours(-2.1);

    /// <summary>The store that has not reported.</summary>
    public TestSite Silent => _sites[4];

    public void Build()
    {
        for (var i = 1; i <= 12; i++)
        {
            var site = hq.Enrol("retail-west", $"store-{i:D4}");
            _sites.Add(site);
            var night = i switch
            {
                3 => Night(
                    new NightChannel("stable", NightOutcome.RolledBack) { Planned = New, Running = Old, Reason = "HealthDeadlineExceeded", Message = Failed, BytesReceived = 48_300_000, ActivatedAt = _end.AddHours(-1.9) },
                    new NightChannel("signage", NightOutcome.Nothing) { Running = Signage }),
                5 => Night(Done(41_200_000, 52_000)) with { Until = _end.AddDays(-3), Next = _end.AddDays(-2) },
                7 => Night(new NightChannel("stable", NightOutcome.Waiting) { Planned = New, Running = Old, Reason = "Held", Message = "held by maria since 2026-11-29 18:02:11Z until somebody clears it: stocktaking", BytesReceived = 48_300_000 }),
                8 => Night(new NightChannel("stable", NightOutcome.Degraded) { Running = New, Reason = "Drift", Message = "Deployment shop/till was scaled by kubectl 3 times in the last hour", BytesReceived = 0 }) with { Repairs = 3 },
                11 => Night(new NightChannel("stable", NightOutcome.Waiting) { Planned = New, Running = Old, Reason = "WindowTooShort", Message = "the activation takes 4m 10s (90th percentile of 12 activations); the window closes at 04:00 +01:00", BytesReceived = 48_300_000 }),
                12 => Night(new NightChannel("stable", NightOutcome.Nothing) { Running = New }, new NightChannel("signage", NightOutcome.Nothing) { Running = Signage }),
                _ => Night(Done(41_000_000 + (i * 750_000), 40_000 + (i * 3_500)), new NightChannel("signage", NightOutcome.Nothing) { Running = Signage }),
            };
            Send(site, night, i);
        }
    }

    /// <summary>The silent store reports after all.</summary>
    public void Report() => Send(Silent, Night(Done(41_200_000, 52_000)), 5);

    public void Dispose() => _sites.ForEach(site => site.Dispose());

    private static AcknowledgedRelease New => TestSite.Release("4.7.0", 47) with { Name = "till" };

    private static AcknowledgedRelease Old => TestSite.Release("4.6.2", 46) with { Name = "till" };

    private static AcknowledgedRelease Signage => TestSite.Release("2.1.0", 21) with { Name = "signage", Channel = "signage" };

    private NightReport Night(params NightChannel[] channels) => TestSite.Night(_end, channels);

    private NightChannel Done(long bytes, long milliseconds) =>
        new("stable", NightOutcome.Done) { Planned = New, Running = New, BytesReceived = bytes, ActivatedAt = _end.AddHours(-1.9), ActivationMs = milliseconds };

    private void Send(TestSite site, NightReport night, int number) => hq.Ingest(
        site.Message(MessageKind.Status, site.Status(hq.Now, ChannelState.Healthy, New, labels => labels["ring"] = "west"), hq.Now),
        site.Message(MessageKind.Acknowledgement, site.SignNight(night), hq.Now.AddMinutes(-number)));
}

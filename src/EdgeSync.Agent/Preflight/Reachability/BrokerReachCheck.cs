using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Hq;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Mqtt;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Primitives.Tls;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Preflight.Reachability;

/// <summary>HQ's broker can be reached, and lets this site in. The stages are DNS, TCP, TLS, MQTT and authentication.</summary>
internal sealed class BrokerReachCheck(HqSection hq, SiteTopics topics, TimeProvider time, RetryPolicy retries) : ISiteCheck
{
    public string Name => "broker";

    public string Why => "Acknowledgements go to HQ over it; without it HQ sees nothing of this site.";

    public async Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var probe = new StageProbe(hq.Broker.Host, hq.Broker.Port, time);
        try
        {
            var anchors = hq.Broker.Scheme != "mqtts" ? null : hq.CaFile is { } file ? TrustAnchors.Load(file) : TrustAnchors.Machine;
            return await probe.ReachAsync(anchors, cancellationToken) ?? await LogInAsync(probe, cancellationToken);
        }
        catch (Exception failure) when (failure is FormatException or StorageException)
        {
            return probe.Fail("TLS", $"the file of its certificate authority cannot be used: {failure.Message}", "Correct 'hq.caFile' in the configuration.");
        }
    }

    private async Task<CheckFinding> LogInAsync(StageProbe probe, CancellationToken cancellationToken)
    {
        // Another client identifier than the agent's, which would lose its session to this one.
        var agent = HqMessages.Connection(hq, topics, time);
        var session = new MqttSession(
            agent with { ClientId = $"{agent.ClientId}/doctor", Subscriptions = [], Will = null, SessionExpiry = TimeSpan.Zero }, time, retries, NullLogger<MqttSession>.Instance);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = session.RunAsync(ending.Token);
        try
        {
            await foreach (var state in session.StateChanges.ReadAllAsync(cancellationToken))
            {
                if (state.IsConnected)
                {
                    probe.Pass("MQTT", "the broker speaks MQTT 5");
                    probe.Pass("authentication", "it lets this site in");
                    return CheckFinding.Passed($"{hq.Broker.Host}:{hq.Broker.Port} answers and lets this site in") with { Details = probe.Stages };
                }

                if (state.Failure is { } failure)
                {
                    return probe.Fail(StageOf(failure.Reason), $"{failure.Message} ({failure.Reason})", failure.Hint ?? "Look at the broker's log, and at the site's certificate ('edgesync status').");
                }
            }

            return probe.Fail("MQTT", "the connection ended", null);
        }
        finally
        {
            await ending.CancelAsync();
            await running;
        }
    }

    // TLS itself has passed when this runs: what is refused after that is the site's own certificate.
    private static string StageOf(string reason) => reason is MqttReasons.NotAuthorized or MqttReasons.TlsRejected or MqttReasons.TlsFilesUnusable ? "authentication" : "MQTT";
}

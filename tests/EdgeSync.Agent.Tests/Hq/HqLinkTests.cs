using System.Text;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Mqtt;
using EdgeSync.Mqtt.Tests.Hostile;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Brokers;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Tests.Hq;

/// <summary>What other people's brokers refuse or lack: a site says so once, and its other messages arrive.</summary>
public sealed class HqLinkTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _timeout = new(Bound);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private TestbedSession? _session;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        await (_session?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    public void Dispose()
    {
        _timeout.Dispose();
        _stop.Dispose();
    }

    [PeerFact]
    public async Task Presence_refused_by_the_access_list_leaves_status_and_acknowledgements()
    {
        var port = await StartBrokerAsync(path => [$"acl_file {path}"], "topic read edgesync/#\ntopic write edgesync/v1/+/+/status\ntopic write edgesync/v1/+/+/acks\n");
        var hq = Watch(port);
        await using var site = new HqLinkFixture(port);
        site.Append(10);
        await site.StartAsync();

        var heard = await TakeAsync(hq, "acks", "status");

        Assert.Equal(["acks", "status"], heard.Order());
        await UntilAsync(() => site.Logged.Any(line => line.Contains("Could not send the presence to HQ, PublishRefused", StringComparison.Ordinal)));
    }

    [PeerFact]
    public async Task Broker_without_retained_messages_is_said_once_and_everything_arrives()
    {
        var port = await StartBrokerAsync(_ => ["retain_available false"]);
        var hq = Watch(port);
        await using var site = new HqLinkFixture(port);
        site.Append(10);
        await site.StartAsync();

        var heard = await TakeAsync(hq, "acks", "status", "presence");

        Assert.Equal(3, heard.Count);
        Assert.Single(site.Logged, line => line.Contains("keeps no retained messages", StringComparison.Ordinal));
        Assert.Null(site.Notices.Hq);
    }

    [PeerFact]
    public async Task Broker_without_QoS_1_is_said_in_log_and_status()
    {
        var port = await StartBrokerAsync(_ => ["max_qos 0"]);
        await using var site = new HqLinkFixture(port);
        site.Append(10);
        await site.StartAsync();

        await UntilAsync(() => site.Notices.Hq is not null && site.Logged.Any(line => line.Contains("does not do all", StringComparison.Ordinal)));

        Assert.Equal(MqttReasons.NotSupportedByBroker, site.Notices.Hq!.Reason);
        Assert.Contains("does not support QoS 1", site.Notices.Hq.Message, StringComparison.Ordinal);
        Assert.Single(site.Logged, line => line.Contains("does not do all that this site needs", StringComparison.Ordinal));
    }

    [PeerFact]
    public async Task Acknowledgement_that_does_not_fit_is_reported_and_the_rest_arrives()
    {
        var port = await StartBrokerAsync(_ => ["max_packet_size 4096"]);
        var hq = Watch(port);
        await using var site = new HqLinkFixture(port);
        site.Append(10);
        site.Append(9000);
        site.Append(10);
        await site.StartAsync();

        var heard = await TakeAsync(hq, "acks", "acks", "status");
        await UntilAsync(() => site.Notices.Hq is not null);

        Assert.Equal(2, heard.Count(topic => topic == "acks"));
        Assert.Equal(MqttReasons.PacketTooLarge, site.Notices.Hq!.Reason);
        Assert.Single(site.Logged, line => line.Contains("Could not send acknowledgement 2 to HQ, PacketTooLarge", StringComparison.Ordinal));
    }

    [PeerFact]
    public async Task Broker_that_closes_the_connection_at_presence_gets_status_and_new_acknowledgements()
    {
        using var broker = new ScriptedBroker();
        await using var site = new HqLinkFixture(broker.Port);
        await site.StartAsync();
        for (var closes = 0; closes < 3; closes++)
        {
            Assert.Equal("presence", (await ServeAsync(broker, topic => topic != "presence"))[^1]);
        }

        site.Append(10);
        var missing = new HashSet<string> { "status", "acks" };
        var topics = await ServeAsync(broker, topic => !(missing.Remove(topic) && missing.Count == 0));

        Assert.DoesNotContain("presence", topics);
        Assert.Single(site.Logged, line => line.Contains("Could not send the presence to HQ, PublishRefused", StringComparison.Ordinal));
    }

    [PeerFact]
    public async Task Request_for_a_preflight_begins_one_and_the_status_says_so()
    {
        var port = await StartBrokerAsync(_ => []);
        var hq = Watch(port);
        await using var site = new HqLinkFixture(port);
        await site.StartAsync();
        await TakeAsync(hq, "status");
        var now = TimeProvider.System.GetUtcNow();
        var command = new CloudEvent<SiteCommand>
        {
            Id = "1", Source = "/hq", Type = EventTypes.Command, Time = now,
            Data = new SiteCommand(CommandKind.Preflight, Request: "r1") { Preflight = new PreflightHint("olga", now.AddMinutes(10)) { MissionSeconds = 3600 } },
        };
        await hq.PublishAsync(
            new MqttMessage { Topic = site.Topics.Commands, Payload = JsonSerializer.SerializeToUtf8Bytes(command, ContractsJsonContext.Default.CloudEventSiteCommand) }, _timeout.Token);

        await foreach (var delivery in hq.ReceiveAsync(_timeout.Token))
        {
            delivery.Acknowledge();
            if (Encoding.UTF8.GetString(delivery.Message.Payload.Span).Contains("\"preflightReply\":{\"request\":\"r1\"", StringComparison.Ordinal))
            {
                break;
            }
        }

        Assert.Equal("olga at HQ", Assert.Single(site.Started).By);
    }

    /// <summary>Answers one connection's packets while the last level of each topic says so, then closes it. Returns those levels.</summary>
    private static async Task<List<string>> ServeAsync(ScriptedBroker broker, Func<string, bool> answer)
    {
        using var connection = await broker.WelcomeAsync("20 03 01 00 00");
        var topics = new List<string>();
        while (await connection.ReadAsync() is var (first, body))
        {
            if (first == 0x82)
            {
                await connection.SendAsync($"90 04 {body[0]:X2} {body[1]:X2} 00 01");
                continue;
            }

            var length = (body[0] << 8) | body[1];
            topics.Add(Encoding.UTF8.GetString(body, 2, length).Split('/')[^1]);
            if (!answer(topics[^1]))
            {
                break;
            }

            await connection.SendAsync($"40 02 {body[2 + length]:X2} {body[3 + length]:X2}");
        }

        return topics;
    }

    /// <summary>Starts mosquitto with these settings; they get the path of a file with the given content.</summary>
    private async Task<int> StartBrokerAsync(Func<string, string[]> settings, string content = "")
    {
        _session = await TestbedSession.StartAsync();
        var path = _session["own.acl"];
        await File.WriteAllTextAsync(path, content);
        return (await BrokerServer.StartAsync(_session, new BrokerOptions { Settings = settings(path) })).Port;
    }

    private MqttSession Watch(int port)
    {
        var options = new MqttSessionOptions { Host = "127.0.0.1", Port = port, ClientId = "hq", Subscriptions = ["edgesync/v1/+/+/presence", "edgesync/v1/+/+/status", "edgesync/v1/+/+/acks"] };
        var session = new MqttSession(options, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)), NullLogger<MqttSession>.Instance);
        _running.Add(session.RunAsync(_stop.Token));
        return session;
    }

    /// <summary>The last levels of the topics that were heard, until each of the wanted ones was.</summary>
    private async Task<List<string>> TakeAsync(MqttSession session, params string[] wanted)
    {
        var heard = new List<string>();
        var missing = wanted.ToList();
        await foreach (var delivery in session.ReceiveAsync(_timeout.Token))
        {
            delivery.Acknowledge();
            heard.Add(delivery.Message.Topic.Split('/')[^1]);
            missing.Remove(heard[^1]);
            if (missing.Count == 0)
            {
                return heard;
            }
        }

        throw new InvalidOperationException("the session ended");
    }

    private async Task UntilAsync(Func<bool> isTrue)
    {
        while (!isTrue())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, _timeout.Token);
        }
    }
}

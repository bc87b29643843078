namespace EdgeSync.Mqtt.Tests.Brokers;

/// <summary>A real broker behind a link that breaks.</summary>
public sealed class BadLinkTests(PlainBroker broker) : IClassFixture<PlainBroker>
{
    [PeerFact]
    public async Task KeepAlive_LinkGoesHalfOpen_IsNoticedAndNothingIsLost()
    {
        await using var proxy = new SilentProxy(broker.Port);
        var options = TestOptions.For(proxy.Port) with { KeepAlive = TimeSpan.FromSeconds(1), ResponseTimeout = TimeSpan.FromSeconds(1) };
        await using var client = await TestOptions.ConnectAsync(options with { Subscriptions = ["half"] });

        proxy.GoSilent();
        var publish = client.PublishAsync(TestOptions.Message("half", "open"));
        var failure = await client.NextFailureAsync();
        proxy.Recover();
        await publish.WaitAsync(TestOptions.Bound);

        Assert.Equal(MqttReasons.BrokerSilent, failure.Reason);
        Assert.Equal("open", (await client.TakeAsync(1))[0].Text());
    }

    [PeerFact]
    public async Task Will_LinkCut_IsPublished()
    {
        await using var watcher = await TestOptions.ConnectAsync(TestOptions.For(broker.Port) with { Subscriptions = ["will/cut"] });
        await using var proxy = new SilentProxy(broker.Port);
        await using var client = await TestOptions.ConnectAsync(TestOptions.For(proxy.Port) with
        {
            Will = new MqttWill(TestOptions.Message("will/cut", "gone") with { Retain = true }),
            BackoffFirst = TimeSpan.FromMinutes(10),
            BackoffCap = TimeSpan.FromMinutes(10),
        });

        proxy.Cut();

        Assert.Equal("gone", (await watcher.TakeAsync(1))[0].Text());
    }

    [PeerFact]
    public async Task Will_DelayAndReconnectInTime_IsNotPublished()
    {
        await using var watcher = await TestOptions.ConnectAsync(TestOptions.For(broker.Port) with { Subscriptions = ["will/delayed"] });
        await using var proxy = new SilentProxy(broker.Port);
        await using var client = await TestOptions.ConnectAsync(TestOptions.For(proxy.Port) with
        {
            Will = new MqttWill(TestOptions.Message("will/delayed", "gone"), TimeSpan.FromMinutes(1)),
        });

        proxy.Cut();
        await client.NextFailureAsync();
        await client.UntilAsync(s => s.IsConnected);
        await client.PublishAsync(TestOptions.Message("will/delayed", "back")).WaitAsync(TestOptions.Bound);

        Assert.Equal("back", (await watcher.TakeAsync(1))[0].Text());
    }

    [PeerFact]
    public async Task PublishAsync_LinkCutAgainAndAgain_EveryMessageArrivesAtLeastOnceInOrder()
    {
        await using var watcher = await TestOptions.ConnectAsync(TestOptions.For(broker.Port) with { Subscriptions = ["cuts"] });
        await using var proxy = new SilentProxy(broker.Port);
        await using var client = await TestOptions.ConnectAsync(TestOptions.For(proxy.Port));
        var first = new List<string>();

        var publishes = Enumerable.Range(0, 200).Select(n => client.PublishAsync(TestOptions.Message("cuts", $"{n}"))).ToList();
        foreach (var reached in (int[])[20, 60, 120])
        {
            await publishes[reached].WaitAsync(TestOptions.Bound);
            proxy.Cut();
        }

        await Task.WhenAll(publishes).WaitAsync(TestOptions.Bound);
        while (first.Count < 200)
        {
            var text = (await watcher.TakeAsync(1))[0].Text();
            if (!first.Contains(text))
            {
                first.Add(text);
            }
        }

        Assert.Equal(Enumerable.Range(0, 200).Select(n => $"{n}"), first);
    }
}

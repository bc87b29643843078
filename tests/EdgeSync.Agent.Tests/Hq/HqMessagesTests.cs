using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Hq;
using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Agent.Tests.Hq;

public sealed class HqMessagesTests
{
    private static readonly SiteTopics Topics = new("north", "store-1");

    [Fact]
    public void Connection_MqttsWithoutCaFile_UsesTlsWithTheMachinesAuthorities()
    {
        var options = HqMessages.Connection(Section("mqtts://hq.example:8883"), Topics, TimeProvider.System);

        Assert.NotNull(options.Tls);
        Assert.Null(options.Tls.CaFile);
    }

    [Fact]
    public void Connection_Mqtt_UsesPlainTcp()
    {
        var options = HqMessages.Connection(Section("mqtt://127.0.0.1:1883"), Topics, TimeProvider.System);

        Assert.Null(options.Tls);
    }

    private static HqSection Section(string broker) => new()
    {
        Broker = new Uri(broker),
        LedgerKeyFile = "/var/lib/edgesync/identity/ledger.key",
        KeepAlive = TimeSpan.FromMinutes(15),
        ReportEvery = TimeSpan.FromMinutes(15),
    };
}

using EdgeSync.Mqtt.Packets;

namespace EdgeSync.Mqtt.Sessions;

/// <summary>The client's side of the session (MQTT 5.0, section 4.1): what outlives a connection. It does no input or output.</summary>
internal sealed class MqttSession
{
    private const int EnoughForOneWrite = 32 * 1024;

    public MqttSession(MqttClientOptions options, TimeProvider time)
    {
        var identifiers = new PacketIdentifiers();
        Outgoing = new OutgoingPublishes(options, identifiers, Signal, time);
        Subscriptions = new Subscriptions(identifiers, Signal, time);
        Incoming = new IncomingPublishes(options, Signal);
    }

    public WriteSignal Signal { get; } = new();

    public OutgoingPublishes Outgoing { get; }

    public Subscriptions Subscriptions { get; }

    public IncomingPublishes Incoming { get; }

    /// <summary>When the oldest packet that still waits for its answer was sent on this connection, or null.</summary>
    public long? OldestUnansweredAt => (Outgoing.OldestUnansweredAt, Subscriptions.OldestUnansweredAt) switch
    {
        ({ } publish, { } request) => Math.Min(publish, request),
        var (publish, request) => publish ?? request,
    };

    public void BeginConnection(bool sessionPresent, MqttServerLimits limits)
    {
        Incoming.BeginConnection(sessionPresent);
        Subscriptions.BeginConnection(sessionPresent, limits);
        Outgoing.BeginConnection(sessionPresent, limits);
    }

    public void EndConnection(MqttException failure)
    {
        Incoming.EndConnection();
        Subscriptions.EndConnection();
        Outgoing.EndConnection(failure);
    }

    /// <summary>Writes what may be sent now, answers first, up to a good size for one write.</summary>
    public void WritePending(PacketWriter writer)
    {
        while (writer.Length < EnoughForOneWrite
            && (Incoming.TryWriteNext(writer) || Subscriptions.TryWriteNext(writer) || Outgoing.TryWriteNext(writer)))
        {
        }
    }

    /// <summary>The end: everything that waits fails, and the application's reader ends.</summary>
    public void FailAll()
    {
        Outgoing.FailAll();
        Subscriptions.FailAll();
        Incoming.Complete();
    }
}

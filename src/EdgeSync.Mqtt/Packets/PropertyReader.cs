using System.Diagnostics.CodeAnalysis;

namespace EdgeSync.Mqtt.Packets;

/// <summary>
/// Walks over the properties of one packet (MQTT 5.0, section 2.2.2), refusing those that the packet may not have (malformed) and those
/// that stand twice (protocol error).
/// </summary>
internal ref struct PropertyReader(PacketReader values, ulong allowed)
{
    // Enough for any honest sender; without a limit, one packet of tiny pairs would cost ten times its size in memory.
    private const int MaximumUserProperties = 64;

    private PacketReader _values = values;
    private ulong _seen;

    public bool Next(out PropertyId id)
    {
        if (_values.AtEnd)
        {
            id = default;
            return false;
        }

        var identifier = _values.ReadVariableInteger();
        var bit = identifier < 64 ? 1UL << identifier : 0;
        if ((bit & allowed) == 0)
        {
            throw MqttFailures.Malformed($"the property 0x{identifier:X2}, which does not belong there");
        }

        if ((bit & _seen & ~PropertyTable.Repeatable) != 0)
        {
            throw MqttFailures.Protocol($"the property 0x{identifier:X2} twice");
        }

        _seen |= bit;
        id = (PropertyId)identifier;
        return true;
    }

    public bool ReadBoolean() => _values.ReadByte() switch
    {
        0 => false,
        1 => true,
        _ => throw MqttFailures.Protocol("a flag that is neither 0 nor 1"),
    };

    public ushort ReadUInt16() => _values.ReadUInt16();

    public ushort ReadNonZeroUInt16()
    {
        var value = _values.ReadUInt16();
        return value != 0 ? value : throw MqttFailures.Protocol("a zero where the protocol allows none");
    }

    public uint ReadUInt32() => _values.ReadUInt32();

    public uint ReadNonZeroUInt32()
    {
        var value = _values.ReadUInt32();
        return value != 0 ? value : throw MqttFailures.Protocol("a zero where the protocol allows none");
    }

    public string ReadString() => _values.ReadString();

    public byte[] ReadBinary() => _values.ReadBinary();

    /// <summary>Section 3.3.2.3.8: 1 to 268,435,455. The client never asks for one, and has no use for it.</summary>
    public void SkipSubscriptionIdentifier()
    {
        if (_values.ReadVariableInteger() == 0)
        {
            throw MqttFailures.Protocol("a subscription identifier of zero");
        }
    }

    /// <summary>Checks a user property whose content nobody asks for.</summary>
    public void SkipUserProperty()
    {
        _values.SkipString();
        _values.SkipString();
    }

    public void ReadUserProperty([NotNull] ref List<KeyValuePair<string, string>>? into)
    {
        into ??= [];
        if (into.Count == MaximumUserProperties)
        {
            throw MqttFailures.Violation(MqttReasonCode.QuotaExceeded, $"more than {MaximumUserProperties} user properties");
        }

        into.Add(new KeyValuePair<string, string>(_values.ReadString(), _values.ReadString()));
    }
}

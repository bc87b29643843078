namespace EdgeSync.Mqtt.Tests.Hostile;

/// <summary>
/// What a broker must not send, when, and the reason code that it gets (MQTT 5.0, sections 2 to 4). The forbidden packets that MQTTnet reads
/// (a property twice, reserved flags, bad UTF-8) are in <see cref="AcceptedCases"/>.
/// </summary>
internal static class HostileCases
{
    private const int Malformed = 0x81;
    private const int Protocol = 0x82;

    public static TheoryData<string, HostileState, string, int> All()
    {
        var cases = new TheoryData<string, HostileState, string, int>();
        AddConnAcks(cases);
        AddWhileConnecting(cases);
        AddForbiddenPackets(cases);
        AddPublishes(cases);
        AddPublishProperties(cases);
        AddAnswers(cases);
        AddDisconnects(cases);
        return cases;
    }

    private static void AddConnAcks(TheoryData<string, HostileState, string, int> cases)
    {
        void Add(string name, string packet, int code) => cases.Add("connack: " + name, HostileState.Connecting, packet, code);

        Add("empty", "20 00", Malformed);
        Add("remaining length of five bytes", "20 83 80 80 80 00", Malformed);
        Add("property length of five bytes", "20 07 00 00 80 80 80 80 00", Malformed);
        Add("property length beyond the packet", "20 03 00 00 05", Malformed);
        Add("property identifier not minimal", "20 07 00 00 04 A1 00 00 01", Malformed);
        Add("unknown property 0x00", "20 05 00 00 02 00 00", Malformed);
        Add("unknown property 0x7F", "20 05 00 00 02 7F 00", Malformed);
        Add("unknown property of two bytes", "20 06 00 00 03 81 01 00", Malformed);
        Add("property of a PUBLISH", "20 05 00 00 02 01 01", Malformed);
        Add("property of a CONNECT", "20 05 00 00 02 17 01", Malformed);
        Add("property of a will", "20 08 00 00 05 18 00 00 00 01", Malformed);
        Add("session expiry cut short", "20 06 00 00 03 11 00 00", Malformed);
        Add("user property without value", "20 07 00 00 04 26 00 01 61", Malformed);
        Add("reason string beyond its block", "20 07 00 00 04 1F 00 05 61", Malformed);
        Add("reason code of no CONNACK", "20 03 00 01 00", Protocol);
        Add("reason code of a SUBACK", "20 03 00 8F 00", Protocol);
        Add("session with a refusal", "20 03 01 87 00", Protocol);
        Add("maximum QoS 2", "20 05 00 00 02 24 02", Protocol);
        Add("larger than allowed", "20 80 10", 0x95);
    }

    private static void AddWhileConnecting(TheoryData<string, HostileState, string, int> cases)
    {
        void Add(string name, string packet, int code) => cases.Add("before connack: " + name, HostileState.Connecting, packet, code);

        Add("packet type 0", "00 00", Malformed);
        Add("PUBLISH", "30 04 00 01 61 00", Protocol);
        Add("PUBACK", "40 02 00 01", Protocol);
        Add("SUBACK", "90 04 00 01 00 00", Protocol);
        Add("PINGRESP", "D0 00", Protocol);
        Add("DISCONNECT", "E0 00", Protocol);
        Add("AUTH", "F0 00", Protocol);
        Add("CONNECT", "10 00", Protocol);
    }

    private static void AddForbiddenPackets(TheoryData<string, HostileState, string, int> cases)
    {
        void Add(string name, string packet, int code) => cases.Add("connected: " + name, HostileState.Idle, packet, code);

        Add("packet type 0", "00 00", Malformed);
        Add("CONNECT", "10 00", Protocol);
        Add("second CONNACK", "20 03 00 00 00", Protocol);
        Add("SUBSCRIBE", "82 06 00 01 00 00 01 61", Protocol);
        Add("SUBSCRIBE with reserved flags", "80 00", Malformed);
        Add("UNSUBSCRIBE", "A2 06 00 01 00 00 01 61", Protocol);
        Add("UNSUBSCRIBE with reserved flags", "A0 00", Malformed);
        Add("PINGREQ", "C0 00", Protocol);
        Add("PINGREQ with reserved flags", "C8 00", Malformed);
        Add("PUBREC", "50 02 00 01", Protocol);
        Add("PUBREL", "62 02 00 01", Protocol);
        Add("PUBREL with reserved flags", "60 02 00 01", Malformed);
        Add("PUBCOMP", "70 02 00 01", Protocol);
        Add("AUTH", "F0 00", Protocol);
        Add("AUTH with reserved flags", "F1 00", Malformed);
        Add("PINGRESP that was not asked for", "D0 00", Protocol);
        Add("PINGRESP with reserved flags", "D1 00", Malformed);
        Add("PINGRESP with a body", "D0 01 00", Malformed);
        Add("remaining length of five bytes", "30 FF FF FF FF 01", Malformed);
        Add("largest remaining length", "30 FF FF FF 7F", 0x95);
        Add("one byte more than allowed", "30 FE 07", 0x95);
    }

    private static void AddPublishes(TheoryData<string, HostileState, string, int> cases)
    {
        void Add(string name, string packet, int code) => cases.Add("publish: " + name, HostileState.Idle, packet, code);

        Add("QoS 3", "36 06 00 01 61 00 01 00", Malformed);
        Add("QoS 3 with DUP", "3E 06 00 01 61 00 01 00", Malformed);
        Add("QoS 2", "34 06 00 01 61 00 01 00", Protocol);
        Add("empty", "30 00", Malformed);
        Add("topic beyond the packet", "30 04 00 09 61 00", Malformed);
        Add("no packet identifier", "32 03 00 01 61", Malformed);
        Add("packet identifier 0", "32 06 00 01 61 00 00 00", Protocol);
        Add("empty topic", "30 03 00 00 00", Protocol);
        Add("topic with #", "30 06 00 03 61 2F 23 00", Protocol);
        Add("topic with +", "30 06 00 03 61 2F 2B 00", Protocol);
        Add("more than the receive maximum", "32 06 00 01 61 00 01 00 32 06 00 01 61 00 02 00 32 06 00 01 61 00 03 00", 0x93);
        Add("packet identifier in use", "32 06 00 01 61 00 01 00 32 06 00 01 61 00 01 00", Protocol);
        Add("packet identifier in use, with DUP", "32 06 00 01 61 00 01 00 3A 06 00 01 61 00 01 00", Protocol);
    }

    private static void AddPublishProperties(TheoryData<string, HostileState, string, int> cases)
    {
        void Add(string name, string properties, int code)
        {
            var length = ScriptedConnection.Bytes(properties).Length;
            var header = length < 0x78 ? $"30 {length + 4:X2} 00 01 61 {length:X2}" : $"30 {(length + 5) & 0x7F | 0x80:X2} {(length + 5) >> 7:X2} 00 01 61 {length & 0x7F | 0x80:X2} {length >> 7:X2}";
            cases.Add("publish property: " + name, HostileState.Idle, $"{header} {properties}", code);
        }

        Add("topic alias", "23 00 01", 0x94);
        Add("payload format without value", "01", Malformed);
        Add("expiry cut short", "02 00 00", Malformed);
        Add("correlation data beyond its block", "09 FF FF 00", Malformed);
        Add("subscription identifier of five bytes", "0B FF FF FF FF 01", Malformed);
        Add("user property cut short", "26 00 01 61 00", Malformed);
        Add("receive maximum", "21 00 01", Malformed);
        Add("reason string", "1F 00 00", Malformed);
        Add("session expiry", "11 00 00 00 01", Malformed);
        Add("will delay", "18 00 00 00 01", Malformed);
    }

    private static void AddAnswers(TheoryData<string, HostileState, string, int> cases)
    {
        cases.Add("puback: nothing was published", HostileState.Idle, "40 02 00 01", Protocol);
        cases.Add("suback: nothing was subscribed", HostileState.Idle, "90 04 00 01 00 00", Protocol);
        cases.Add("unsuback: nothing was unsubscribed", HostileState.Idle, "B0 04 00 01 00 00", Protocol);

        void Publishing(string name, string packet, int code) => cases.Add("puback: " + name, HostileState.Publishing, packet, code);
        Publishing("empty", "40 00", Malformed);
        Publishing("cut short", "40 01 00", Malformed);
        Publishing("packet identifier 0", "40 02 00 00", Protocol);
        Publishing("another packet identifier", "40 02 00 02", Protocol);
        Publishing("reason code of no PUBACK", "40 03 00 01 01", Protocol);
        Publishing("property of a PUBLISH", "40 06 00 01 00 02 01 01", Malformed);
        Publishing("twice", "40 02 00 01 40 02 00 01", Protocol);
        Publishing("PUBREC instead", "50 02 00 01", Protocol);
        Publishing("PUBCOMP instead", "70 02 00 01", Protocol);
        Publishing("SUBACK instead", "90 04 00 01 00 00", Protocol);

        void Subscribing(string name, string packet, int code) => cases.Add("suback: " + name, HostileState.Subscribing, packet, code);
        Subscribing("no code", "90 03 00 01 00", Protocol);
        Subscribing("two codes for one filter", "90 05 00 01 00 01 01", Protocol);
        Subscribing("reason code of no SUBACK", "90 04 00 01 00 03", Protocol);
        Subscribing("more than asked for", "90 04 00 01 00 02", Protocol);
        Subscribing("packet identifier 0", "90 04 00 00 00 01", Protocol);
        Subscribing("no property length", "90 02 00 01", Malformed);
        Subscribing("property of a CONNACK", "90 07 00 01 03 21 00 01 01", Malformed);
        Subscribing("UNSUBACK instead", "B0 04 00 01 00 00", Protocol);
        Subscribing("PUBACK instead", "40 02 00 01", Protocol);
    }

    private static void AddDisconnects(TheoryData<string, HostileState, string, int> cases)
    {
        void Add(string name, string packet, int code) => cases.Add("disconnect: " + name, HostileState.Idle, packet, code);

        Add("properties beyond the packet", "E0 02 00 05", Malformed);
        Add("property of a CONNACK", "E0 05 00 03 21 00 01", Malformed);
    }
}

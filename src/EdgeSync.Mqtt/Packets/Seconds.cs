namespace EdgeSync.Mqtt.Packets;

/// <summary>Durations on the wire: whole seconds in four bytes, rounded up so that a short one does not become zero.</summary>
internal static class Seconds
{
    public static uint Whole(TimeSpan duration) => (uint)Math.Clamp(Math.Ceiling(duration.TotalSeconds), 0, uint.MaxValue);
}

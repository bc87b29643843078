namespace EdgeSync.Mqtt.Connections;

/// <summary>A timer for one packet at a time: the base time, and a second more for each KiB that is still to go.</summary>
internal sealed class Deadline : IDisposable
{
    private const int SlowestBytesPerSecond = 1024;

    private readonly TimeSpan _base;
    private readonly ITimer _timer;

    public Deadline(TimeSpan duration, TimeProvider time, Action expired)
    {
        _base = duration;
        _timer = time.CreateTimer(_ => expired(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Start(int bytes) => _timer.Change(_base + TimeSpan.FromSeconds(bytes / SlowestBytesPerSecond), Timeout.InfiniteTimeSpan);

    public void Stop() => _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer.Dispose();
}

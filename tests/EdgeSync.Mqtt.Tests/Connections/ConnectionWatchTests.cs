using System.Collections.Concurrent;
using System.Net.Sockets;
using EdgeSync.Mqtt.Connections;
using EdgeSync.Mqtt.Tests.Brokers;
using EdgeSync.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Mqtt.Tests.Connections;

/// <summary>When a PINGREQ is due, to the tick: no socket takes part, and after each step of the clock the watch has run before the test goes on.</summary>
public sealed class ConnectionWatchTests : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    private readonly ManualTimeProvider _clock = new();
    private readonly MqttSessionOptions _options = TestOptions.For(1883) with { ResponseTimeout = TimeSpan.FromSeconds(20) };
    private readonly BrokerChannel _channel;
    private readonly BrokerConnection _connection;
    private readonly ConnectionWatch _watch;
    private readonly CancellationTokenSource _ended = new();
    private readonly WorkQueue _work = new();

    public ConnectionWatchTests()
    {
        var refused = new RefusedTopics(_clock);
        _channel = new BrokerChannel(new Socket(SocketType.Stream, ProtocolType.Tcp), new MemoryStream(), _options, _clock);
        _connection = new BrokerConnection(
            _channel, _options, new SubscriptionQueue(_options, refused, NullLogger.Instance), new PublishQueue(_options, refused, _clock), _clock, _ => { });
        _watch = new ConnectionWatch(_options, _clock);
    }

    public static TheoryData<int, int> Cases()
    {
        var cases = new TheoryData<int, int>();
        foreach (var seconds in (int[])[1, 5, 10, 20, 60, 600])
        {
            foreach (var answerAfter in (int[])[0, 1, 13, 19])
            {
                cases.Add(seconds, answerAfter);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task RunAsync_PingRespsSoOrLate_EveryPingComesWithinTheInterval(int seconds, int answerAfter)
    {
        var answers = new Queue<DateTimeOffset>();
        var run = Start(TimeSpan.FromSeconds(seconds));
        var sentAt = _clock.GetUtcNow();

        for (var pings = 0; pings < 50;)
        {
            Advance();
            Assert.False(run.IsCompleted);
            Assert.True(_clock.GetUtcNow() - sentAt <= TimeSpan.FromSeconds(seconds), $"PINGREQ {pings} is late");
            while (answers.TryPeek(out var at) && at <= _clock.GetUtcNow())
            {
                answers.Dequeue();
                _watch.Received();
                Assert.True(_watch.TakePingResp());
            }

            if (_watch.TakePing())
            {
                _watch.Sent();
                answers.Enqueue(_clock.GetUtcNow() + TimeSpan.FromSeconds(answerAfter));
                sentAt = _clock.GetUtcNow();
                pings++;
            }
        }

        await StopAsync(run);
    }

    [Fact]
    public async Task RunAsync_NoPingResp_EndsAfterTheResponseTimeout()
    {
        var run = Start(TimeSpan.FromSeconds(10));
        while (!_watch.TakePing())
        {
            Advance();
        }

        var pingAt = _clock.GetUtcNow();
        while (!run.IsCompleted)
        {
            Advance();
        }

        Assert.Equal(MqttReasons.BrokerSilent, (await Assert.ThrowsAsync<MqttException>(() => run)).Reason);
        Assert.InRange(_clock.GetUtcNow() - pingAt, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(22.5));
    }

    public void Dispose()
    {
        _ended.Dispose();
        _connection.Dispose();
        _channel.Dispose();
    }

    private Task Start(TimeSpan keepAlive)
    {
        Task? run = null;
        _work.Post(_ => run = _watch.RunAsync(keepAlive, _connection, _ended.Token), null);
        _work.Run();
        return run!;
    }

    private void Advance()
    {
        _clock.Advance(Step);
        _work.Run();
    }

    private async Task StopAsync(Task run)
    {
        await _ended.CancelAsync();
        _work.Run();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    /// <summary>Keeps what goes on after an await until the test runs it.</summary>
    private sealed class WorkQueue : SynchronizationContext
    {
        private readonly ConcurrentQueue<(SendOrPostCallback Work, object? State)> _queue = new();

        public override void Post(SendOrPostCallback d, object? state) => _queue.Enqueue((d, state));

        public void Run()
        {
            var before = Current;
            SetSynchronizationContext(this);
            try
            {
                while (_queue.TryDequeue(out var next))
                {
                    next.Work(next.State);
                }
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        }
    }
}

using System.Globalization;
using System.Net.Sockets;
using System.Text;
using EdgeSync.Agent.Daemon;
using EdgeSync.Testing;
using Microsoft.Extensions.Hosting.Systemd;

namespace EdgeSync.Agent.Tests.Daemon;

public sealed class SystemdWatchdogTests : IDisposable
{
    private const string Socket = "NOTIFY_SOCKET";
    private const string Interval = "WATCHDOG_USEC";
    private const string Process = "WATCHDOG_PID";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TempDirectory _folder = new();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Running_TellsSystemdTwiceInEachInterval()
    {
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(_folder["notify"]));
        Environment.SetEnvironmentVariable(Socket, _folder["notify"]);
        Environment.SetEnvironmentVariable(Interval, "60000000");
        Environment.SetEnvironmentVariable(Process, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        using var watchdog = new SystemdWatchdog(new SystemdNotifier(), _time);

        await watchdog.StartAsync(CancellationToken.None);
        Assert.Equal("WATCHDOG=1", await ReceiveAsync(systemd));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("WATCHDOG=1", await ReceiveAsync(systemd));

        await watchdog.StopAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("0", null)]
    [InlineData("60000000", "1")]
    public void Interval_SystemdDoesNotWatchThisProcess_IsNull(string? microseconds, string? process)
    {
        Environment.SetEnvironmentVariable(Interval, microseconds);
        Environment.SetEnvironmentVariable(Process, process);

        Assert.Null(SystemdWatchdog.Interval);
    }

    public void Dispose()
    {
        foreach (var variable in new[] { Socket, Interval, Process })
        {
            Environment.SetEnvironmentVariable(variable, null);
        }

        _folder.Dispose();
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        var buffer = new byte[256];
        return Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, limit.Token));
    }
}

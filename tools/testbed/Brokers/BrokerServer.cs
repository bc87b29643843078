using System.Net;
using System.Net.Sockets;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Testbed.Brokers;

/// <summary>Debian's mosquitto on a port of 127.0.0.1, which it keeps when it is stopped and started again, with its sessions.</summary>
public sealed class BrokerServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);
    private readonly TestbedSession _session;
    private readonly BrokerOptions _options;
    private readonly string _configurationPath;
    private ManagedProcess? _process;

    private BrokerServer(TestbedSession session, BrokerOptions options)
    {
        _session = session;
        _options = options;
        Port = options.Port ?? session.ReservePort();
        _configurationPath = session[$"{options.Name}.conf"];
    }

    public int Port { get; }

    public string LogFile => _session[$"{_options.Name}.log"];

    public bool IsRunning => _process is { IsRunning: true };

    /// <summary>Starts a broker and waits until it takes connections.</summary>
    public static async Task<BrokerServer> StartAsync(
        TestbedSession session, BrokerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var server = new BrokerServer(session, options ?? new BrokerOptions());
        BrokerConfiguration.Write(server._configurationPath, session, server._options, server.Port);
        await server.StartAgainAsync(cancellationToken);
        return server;
    }

    /// <summary>Starts it again on the same port with the same sessions. Does nothing while it runs.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        if (IsRunning)
        {
            return;
        }

        var process = _session.Start(new ProcessRequest(_options.Name, "/usr/sbin/mosquitto", "-c", _configurationPath));
        _process = process;
        await process.UntilAsync("its port", StartTimeout, ListensAsync, cancellationToken);
    }

    /// <summary>Ends it in good order: sessions and retained messages are saved, clients are disconnected.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_process is { IsRunning: true } process)
        {
            await process.StopAsync(cancellationToken: cancellationToken);
        }
    }

    /// <summary>Ends it at once, saving nothing.</summary>
    public async Task KillAsync(CancellationToken cancellationToken = default)
    {
        if (_process is { IsRunning: true } process)
        {
            await process.KillAsync(cancellationToken);
        }
    }

    /// <summary>Stops answering without closing anything, as a link that has gone silent; <see cref="Thaw"/> lets it go on.</summary>
    public void Freeze() => _process?.Signal(ProcessSignal.Stop);

    public void Thaw() => _process?.Signal(ProcessSignal.Continue);

    /// <summary>What it has logged since it was first started.</summary>
    public string ReadLog() => _process!.ReadLog();

    /// <summary>Waits until it has logged a text.</summary>
    public Task UntilLoggedAsync(string text, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        _process!.UntilAsync($"'{text}' in its log", timeout, _ => Task.FromResult(ReadLog().Contains(text, StringComparison.Ordinal)), cancellationToken);

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task<bool> ListensAsync(CancellationToken cancellationToken)
    {
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

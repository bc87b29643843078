using System.Net;
using System.Net.Sockets;

namespace EdgeSync.Mqtt.Tests.Hostile;

/// <summary>A broker on loopback that sends what a test says, for answers that no real broker gives.</summary>
internal sealed class ScriptedBroker : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ScriptedBroker() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Takes the next connection, without a word.</summary>
    public async Task<ScriptedConnection> AcceptAsync()
    {
        using var timeout = new CancellationTokenSource(ScriptedConnection.Bound);
        return new ScriptedConnection(await _listener.AcceptTcpClientAsync(timeout.Token));
    }

    /// <summary>Takes the next connection, reads its CONNECT and answers it.</summary>
    public async Task<ScriptedConnection> WelcomeAsync(string connAck = "20 03 00 00 00")
    {
        var connection = await AcceptAsync();
        await connection.ExpectAsync(0x10);
        await connection.SendAsync(connAck);
        return connection;
    }

    public void Dispose() => _listener.Dispose();
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeSync.Oci.Tests;

/// <summary>
/// A server on 127.0.0.1 that answers with exactly the bytes that a test wrote down, for answers that no real registry gives. One request a
/// connection.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<ScriptedRequest, Stream, CancellationToken, Task> _answer;
    private readonly ConcurrentQueue<ScriptedRequest> _requests = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;

    private ScriptedServer(Func<ScriptedRequest, Stream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public IReadOnlyList<ScriptedRequest> Requests => [.. _requests];

    /// <summary>Answers each request with this text.</summary>
    public static ScriptedServer Start(Func<ScriptedRequest, string> answer) => StartStreaming(
        async (request, stream, token) => await stream.WriteAsync(Encoding.Latin1.GetBytes(answer(request).ReplaceLineEndings("\r\n")), token));

    /// <summary>Answers each request by writing to the connection.</summary>
    public static ScriptedServer StartStreaming(Func<ScriptedRequest, Stream, CancellationToken, Task> answer) => new(answer);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _connections.Add(AnswerAsync(client));
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException)
        {
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                if (await ReadAsync(stream) is { } request)
                {
                    _requests.Enqueue(request);
                    await _answer(request, stream, _stop.Token);
                }
            }
            catch (Exception failure) when (failure is OperationCanceledException or IOException)
            {
            }
        }
    }

    private async Task<ScriptedRequest?> ReadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        var end = -1;
        while (end < 0)
        {
            var read = await stream.ReadAsync(buffer, _stop.Token);
            if (read == 0)
            {
                return null;
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            end = text.ToString().IndexOf("\r\n\r\n", StringComparison.Ordinal);
        }

        var lines = text.ToString().Split("\r\n");
        var first = lines[0].Split(' ');
        var headers = lines.Skip(1).TakeWhile(line => line.Length > 0).Select(line => line.Split(": ", 2)).ToLookup(h => h[0], h => h[1], StringComparer.OrdinalIgnoreCase);
        var body = long.Parse(headers["Content-Length"].FirstOrDefault() ?? "0", CultureInfo.InvariantCulture);
        for (var left = body - (text.Length - end - 4); left > 0;)
        {
            // Taken in to its end: a connection that is closed with bytes unread is reset, and the answer with it.
            var read = await stream.ReadAsync(buffer, _stop.Token);
            left = read == 0 ? 0 : left - read;
        }

        return new ScriptedRequest(first[0], first[1], headers);
    }
}

using System.Formats.Asn1;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Peers;

/// <summary>A timestamp authority on loopback: RFC 3161 over HTTP, with the tests' own authority behind it.</summary>
internal sealed class TimestampServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    private TimestampServer()
    {
        _listener.Start();
        Url = $"http://{_listener.LocalEndpoint}";
        _run = RunAsync();
    }

    public string Url { get; }

    public static TimestampServer Start() => new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await AnswerAsync(client.GetStream()).WaitAsync(Patience, TimeProvider.System, _stop.Token);
            }
            catch (Exception failure) when (failure is OperationCanceledException or IOException or SocketException or ObjectDisposedException or TimeoutException)
            {
                // The client gets the failure, and its test fails.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        var request = new List<byte>();
        var head = -1;
        var length = 0;
        var buffer = new byte[4096];
        while (head < 0 || request.Count < head + length)
        {
            var read = await stream.ReadAsync(buffer, _stop.Token);
            if (read == 0)
            {
                return;
            }

            request.AddRange(buffer[..read]);
            var text = Encoding.Latin1.GetString([.. request]);
            head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is var end and >= 0 ? end + 4 : -1;
            if (head >= 0)
            {
                var line = text[..head].Split("\r\n").Single(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
                length = int.Parse(line.AsSpan("Content-Length:".Length), System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        var answer = Stamp(request.Skip(head).ToArray());
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {answer.Length}\r\nConnection: close\r\n\r\n"),
            _stop.Token);
        await stream.WriteAsync(answer, _stop.Token);
    }

    private static byte[] Stamp(byte[] query)
    {
        var request = new AsnReader(query, AsnEncodingRules.DER).ReadSequence();
        request.ReadInteger();
        var token = new TokenRecipe
        {
            Time = TimeProvider.System.GetUtcNow(),
            Imprint = request.ReadEncodedValue().ToArray(),
            Accuracy = (1, 500, 1),
        };
        token.Authorities.Add(TestWorld.TimestampRoot.Intermediate.RawData);
        while (request.HasData)
        {
            if (request.PeekTag() == Asn1Tag.Integer)
            {
                token.Nonce = request.ReadIntegerBytes().ToArray();
            }
            else
            {
                request.ReadEncodedValue();
            }
        }

        return token.Make([]);
    }
}

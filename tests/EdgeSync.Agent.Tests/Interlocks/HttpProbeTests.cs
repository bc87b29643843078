using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeSync.Agent.Interlocks;
using EdgeSync.Kubernetes.Health;

namespace EdgeSync.Agent.Tests.Interlocks;

public sealed class HttpProbeTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();

    public HttpProbeTests() => _listener.Start();

    [Theory]
    [InlineData(200, 200, nameof(ProbeVerdict.Open))]
    [InlineData(204, 204, nameof(ProbeVerdict.Open))]
    [InlineData(503, 200, nameof(ProbeVerdict.Closed))]
    [InlineData(302, 200, nameof(ProbeVerdict.Closed))]
    public async Task Ask_Status_Decides(int answered, int wanted, string expected)
    {
        Serve($"HTTP/1.1 {answered} X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(expected, (await AskAsync(wanted)).Verdict.ToString());
    }

    [Theory]
    [InlineData("""{"state":{"door":"closed"}}""", nameof(ProbeVerdict.Open))]
    [InlineData("""{"state":{"door":"open"}}""", nameof(ProbeVerdict.Closed))]
    [InlineData("""{"state":{"door":true}}""", nameof(ProbeVerdict.Closed))]
    [InlineData("""{"state":{}}""", nameof(ProbeVerdict.Unknown))]
    [InlineData("""{"state":{"door":null}}""", nameof(ProbeVerdict.Unknown))]
    [InlineData("""{"state":{"door":"closed"},"state":{"door":"open"}}""", nameof(ProbeVerdict.Unknown))]
    [InlineData("closed", nameof(ProbeVerdict.Unknown))]
    [InlineData("null", nameof(ProbeVerdict.Unknown))]
    [InlineData("", nameof(ProbeVerdict.Unknown))]
    public async Task Ask_ValueInTheAnswer_Decides(string body, string expected)
    {
        Serve(Answer(body));

        Assert.Equal(expected, (await AskAsync(200, ".state.door", "closed")).Verdict.ToString());
    }

    [Theory]
    [InlineData("3", true)]
    [InlineData("4", false)]
    public async Task Ask_NumberInTheAnswer_IsComparedAsItIsWritten(string wanted, bool isOpen)
    {
        Serve(Answer("""{"sales":[{"open":3},{"open":3}]}"""));

        Assert.Equal(isOpen, (await AskAsync(200, ".sales[*].open", wanted)).IsOpen);
    }

    [Fact]
    public async Task Ask_Closed_SaysWhatWasFoundWithoutTheQueryOfTheUrl()
    {
        Serve(Answer("""{"door":"half\nopen"}"""));

        var answer = await AskAsync(200, ".door", "closed", "?token=secret");

        Assert.Equal(($".door of http://127.0.0.1:{Port}/state?*** is not 'closed'", "half open"), (answer.Found, answer.Said));
    }

    [Fact]
    public async Task Ask_EndlessBody_IsNotReadToItsEnd()
    {
        Serve("HTTP/1.1 200 OK\r\n\r\n{\"door\":\"", endless: true);

        var answer = await AskAsync(200, ".door", "closed");

        Assert.Equal(ProbeVerdict.Unknown, answer.Verdict);
        Assert.Contains("is larger than 64 KiB", answer.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_Silence_EndsAfterItsTime()
    {
        var answer = await AskAsync(200, timeout: TimeSpan.FromSeconds(1));

        Assert.Equal((ProbeVerdict.Unknown, $"it cannot be asked: http://127.0.0.1:{Port}/state did not answer within 1s"), (answer.Verdict, answer.Found));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "the answer is not HTTP")]
    [InlineData(null, "nothing listens there")]
    public async Task Ask_NoWebServer_SaysWhy(string? words, string expected)
    {
        var url = Url();
        if (words is null)
        {
            _listener.Stop();
        }
        else
        {
            Serve(words);
        }

        var answer = await new HttpProbe(url, 200, value: null, Bound).AskAsync(TimeProvider.System, CancellationToken.None).WaitAsync(Bound);

        Assert.Equal(ProbeVerdict.Unknown, answer.Verdict);
        Assert.Contains(expected, answer.Found, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    private static string Answer(string body) => $"HTTP/1.1 200 OK\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    private Uri Url(string query = "") => new($"http://127.0.0.1:{Port}/state{query}");

    private Task<ProbeAnswer> AskAsync(int status, string? path = null, string? text = null, string query = "", TimeSpan? timeout = null)
    {
        ExpectedValue? value = null;
        if (path is not null)
        {
            Assert.True(JsonPath.TryParse(path, out var parsed, out _));
            value = new ExpectedValue(parsed, text!);
        }

        return new HttpProbe(Url(query), status, value, timeout ?? Bound).AskAsync(TimeProvider.System, CancellationToken.None).WaitAsync(Bound);
    }

    private void Serve(string answer, bool endless = false) => _ = ServeAsync(answer, endless);

    private async Task ServeAsync(string answer, bool endless)
    {
        try
        {
            using var client = await _listener.AcceptTcpClientAsync(_end.Token);
            var stream = client.GetStream();
            var request = new byte[4096];
            _ = await stream.ReadAsync(request, _end.Token);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), _end.Token);
            var more = Encoding.UTF8.GetBytes(new string('x', 4096));
            while (endless)
            {
                await stream.WriteAsync(more, _end.Token);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or ObjectDisposedException or SocketException)
        {
            // The client or the test has ended.
        }
    }
}

using System.Net.Sockets;
using EdgeSync.Kubernetes.Runtime;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testing;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace EdgeSync.Kubernetes.Tests.Runtime;

/// <summary>Answers that no real runtime gives, and peers that are no runtime.</summary>
public sealed class ContainerRuntimeFaultTests : IDisposable
{
    private static readonly (string, string) Done = ("grpc-status", "0");

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));

    public static TheoryData<byte[], string> MalformedAnswers => new()
    {
        { [], "damaged, or not whole" },
        { [0, 0], "damaged, or not whole" },
        { [0, 0, 0, 0, 9, 1], "damaged, or not whole" },
        { [0, 0, 0, 0, 2, 10, 0, 7], "damaged, or not whole" },
        { [1, 0, 0, 0, 2, 10, 0], "damaged, or not whole" },
        { [0, 255, 255, 255, 255, 10], "damaged, or not whole" },
        { [0, 1, 0, 0, 1, 10], "larger than CRI's answers are" },
        { ScriptedRuntime.Frame(0x0A, 0x05, 0x01), "no whole message of protobuf" },
        { ScriptedRuntime.Frame(0x08, 0x01), "field 1 has the wire type 0" },
        { ScriptedRuntime.Frame(0x0A, 0x02, 0x0A, 0x01), "no whole message of protobuf" },
        { ScriptedRuntime.Frame(0x0A, 0x03, 0x0A, 0x01, 0xFF), "no whole message of protobuf" },
        { ScriptedRuntime.Frame(0x02, 0x00), "no whole message of protobuf" },
        { ScriptedRuntime.Frame(0x1B, 0x1C), "wire type 3" },
        { ScriptedRuntime.Frame(0x80), "no whole message of protobuf" },
        { ScriptedRuntime.Frame(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F), "wire type 7" },
        { ScriptedRuntime.Frame(0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01), "no whole message of protobuf" },
    };

    [Theory]
    [MemberData(nameof(MalformedAnswers))]
    public async Task FindImage_MalformedAnswer_IsAFailureWithItsReason(byte[] body, string expected)
    {
        await using var runtime = await ScriptedRuntime.StartAsync(body, Done);
        using var client = runtime.CreateClient();

        var failure = await Assert.ThrowsAsync<ContainerRuntimeException>(() => client.FindImageAsync("a", _limit.Token));

        Assert.Equal(ContainerRuntimeException.RuntimeUnavailable, failure.Reason);
        Assert.Contains("does not speak CRI", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, "application/grpc", "HTTP 500")]
    [InlineData(200, "text/html", "not gRPC")]
    public async Task GetVersion_AnotherServer_IsAFailure(int status, string type, string expected)
    {
        await using var runtime = await ScriptedRuntime.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            return Task.CompletedTask;
        });
        using var client = runtime.CreateClient();

        var failure = await Assert.ThrowsAsync<ContainerRuntimeException>(() => client.GetVersionAsync(_limit.Token));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindImage_NoStatus_IsAFailure()
    {
        await using var runtime = await ScriptedRuntime.StartAsync(ScriptedRuntime.Frame());
        using var client = runtime.CreateClient();

        var failure = await Assert.ThrowsAsync<ContainerRuntimeException>(() => client.FindImageAsync("a", _limit.Token));

        Assert.Contains("damaged, or not whole", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2", "failed%20to%20pull%3A%0Anope", ContainerRuntimeException.ImageNotStaged, "Unknown: failed to pull: nope", Disposition.Transient)]
    [InlineData("3", "bad", ContainerRuntimeException.ImageNotStaged, "InvalidArgument: bad", Disposition.Stalled)]
    [InlineData("14", "starting", ContainerRuntimeException.RuntimeUnavailable, "Unavailable: starting", Disposition.Transient)]
    [InlineData("99", "", ContainerRuntimeException.ImageNotStaged, "answered 99: ", Disposition.Transient)]
    [InlineData("x", "", ContainerRuntimeException.RuntimeUnavailable, "the status is no number", Disposition.Transient)]
    [InlineData("-1", "", ContainerRuntimeException.RuntimeUnavailable, "the status is no number", Disposition.Transient)]
    public async Task PullImage_Refused_KeepsWordsAndKind(string status, string words, string reason, string expected, Disposition disposition)
    {
        await using var runtime = await ScriptedRuntime.StartAsync([], ("grpc-status", status), ("grpc-message", words));
        using var client = runtime.CreateClient();

        var failure = await Assert.ThrowsAsync<ContainerRuntimeException>(() => client.PullImageAsync("a", _limit.Token));

        Assert.Equal(reason, failure.Reason);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Equal(disposition, failure.Disposition);
    }

    [Fact]
    public async Task FindImage_NotFound_IsNoImage()
    {
        await using var runtime = await ScriptedRuntime.StartAsync([], ("grpc-status", "5"));
        using var client = runtime.CreateClient();

        Assert.Null(await client.FindImageAsync("a", _limit.Token));
    }

    [Fact]
    public async Task GetVersion_OlderThenNewerRuntime_ChangesTheInterfaceOnceEach()
    {
        var spoken = "v1alpha2";
        var paths = new List<string>();
        await using var runtime = await ScriptedRuntime.StartAsync(async context =>
        {
            paths.Add(context.Request.Path);
            context.Response.ContentType = "application/grpc";
            if (context.Request.Path.Value!.StartsWith($"/runtime.{spoken}.", StringComparison.Ordinal))
            {
                await context.Response.Body.WriteAsync(ScriptedRuntime.Frame(0x12, 0x01, (byte)'x'));
                context.Response.AppendTrailer("grpc-status", "0");
            }
            else
            {
                context.Response.Headers["grpc-status"] = "12";
            }
        });
        using var client = runtime.CreateClient();

        Assert.Equal("v1alpha2", (await client.GetVersionAsync(_limit.Token)).Api);
        Assert.Equal("v1alpha2", (await client.GetVersionAsync(_limit.Token)).Api);
        Assert.Equal(3, paths.Count);

        spoken = "v1";
        Assert.Equal("v1", (await client.GetVersionAsync(_limit.Token)).Api);
        spoken = "v9";
        var failure = await Assert.ThrowsAsync<ContainerRuntimeException>(() => client.GetVersionAsync(_limit.Token));
        Assert.Equal(StatusCode.Unimplemented, failure.Status);
        Assert.Equal(Disposition.Stalled, failure.Disposition);
    }

    [Fact]
    public async Task FindImage_NoAnswer_IsTransientAfterTheTimeout()
    {
        var time = new ManualTimeProvider();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var runtime = await ScriptedRuntime.StartAsync(context =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        using var client = runtime.CreateClient(time);

        var call = client.FindImageAsync("a", _limit.Token);
        await asked.Task.WaitAsync(_limit.Token);
        time.Advance(TimeSpan.FromSeconds(16));
        var failure = await Assert.ThrowsAsync<ContainerRuntimeException>(() => call);

        Assert.Equal(ContainerRuntimeException.RuntimeUnavailable, failure.Reason);
        Assert.Equal(Disposition.Transient, failure.Disposition);
        Assert.Contains("within 15 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PullImage_CallerGivesUp_IsACancellationAndNoFailure()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var runtime = await ScriptedRuntime.StartAsync(context =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        using var client = runtime.CreateClient();
        using var caller = new CancellationTokenSource();

        var call = client.PullImageAsync("a", caller.Token);
        await asked.Task.WaitAsync(_limit.Token);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task GetVersion_CutInMidAnswer_FailsAndTheNextCallWorks()
    {
        var cut = true;
        await using var runtime = await ScriptedRuntime.StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(ScriptedRuntime.Frame(0x12, 0x01, (byte)'x'));
            await context.Response.Body.FlushAsync();
            if (cut)
            {
                context.Abort();
                return;
            }

            context.Response.AppendTrailer("grpc-status", "0");
        });
        using var client = runtime.CreateClient();

        var failure = await Assert.ThrowsAsync<ContainerRuntimeException>(() => client.GetVersionAsync(_limit.Token));
        cut = false;
        var version = await client.GetVersionAsync(_limit.Token);

        Assert.Equal(ContainerRuntimeException.RuntimeUnavailable, failure.Reason);
        Assert.Equal("x", version.Name);
    }

    [Fact]
    public async Task GetVersion_NoSocket_SaysWhereItLooked()
    {
        using var folder = new TempDirectory();
        using var client = new ContainerRuntimeClient(new ContainerRuntimeOptions { SocketPath = folder["none.sock"] }, TimeProvider.System);

        var failure = await Assert.ThrowsAsync<ContainerRuntimeException>(() => client.GetVersionAsync(_limit.Token));

        Assert.Equal(ContainerRuntimeException.RuntimeUnavailable, failure.Reason);
        Assert.Equal(folder["none.sock"], failure.Subject);
        Assert.Equal(ExitCodes.Unavailable, failure.ExitCode);
        Assert.Contains("runtime.endpoint", failure.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    [InlineData("")]
    public async Task GetVersion_PeerThatIsNotHttp2_IsAFailure(string greeting)
    {
        using var folder = new TempDirectory();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(folder["x.sock"]));
        listener.Listen();
        using var client = new ContainerRuntimeClient(new ContainerRuntimeOptions { SocketPath = folder["x.sock"] }, TimeProvider.System);

        var call = client.GetVersionAsync(_limit.Token);
        using (var peer = await listener.AcceptAsync(_limit.Token))
        {
            await peer.SendAsync(System.Text.Encoding.ASCII.GetBytes(greeting), _limit.Token);
        }

        listener.Close();
        var failure = await Assert.ThrowsAsync<ContainerRuntimeException>(() => call);
        Assert.Equal(ContainerRuntimeException.RuntimeUnavailable, failure.Reason);
    }

    public void Dispose() => _limit.Dispose();
}

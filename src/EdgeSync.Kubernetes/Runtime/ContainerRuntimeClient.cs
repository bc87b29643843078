using EdgeSync.Kubernetes.Runtime.Cri;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;
using Grpc.Core;
using Grpc.Net.Client;

namespace EdgeSync.Kubernetes.Runtime;

/// <summary>
/// Asks the container runtime of this host for its images and has it pull images, over the Container Runtime Interface (CRI). The kubelet
/// asks the same questions later; the agent asks them before it applies anything. Safe for concurrent use.
/// </summary>
public sealed class ContainerRuntimeClient : IDisposable
{
    /// <summary>A list of a few thousand images fits, with room to spare.</summary>
    private const int MaxMessageSize = 16 << 20;

    private const int MaxStatusMessage = 2048;

    // containerd 1.6 and 1.7 speak both; before 1.6 only v1alpha2, from 2.0 on only v1.
    private static readonly CriMethods[] ApiVersions = [new("v1"), new("v1alpha2")];

    private readonly ContainerRuntimeOptions _options;
    private readonly TimeProvider _time;
    private readonly AnswerInspector _connection;
    private readonly GrpcChannel _channel;
    private readonly CallInvoker _calls;
    private volatile int _api;

    /// <summary>Creates a client for one runtime. It connects with the first call, and connects again after the runtime restarted.</summary>
    public ContainerRuntimeClient(ContainerRuntimeOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _connection = new AnswerInspector(options.SocketPath);
        _channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            HttpHandler = _connection,
            MaxReceiveMessageSize = MaxMessageSize,
            DisposeHttpClient = true,
            ThrowOperationCanceledOnCancellation = true,
        });
        _calls = _channel.CreateCallInvoker();
    }

    /// <summary>Returns the name and version of the runtime. Throws <see cref="ContainerRuntimeException"/>.</summary>
    public async Task<RuntimeVersion> GetVersionAsync(CancellationToken cancellationToken)
    {
        var call = new Call<VersionRequest, VersionResponse>(api => api.Version, new VersionRequest(), "ask for the version");
        var answer = await CallAsync(call, _options.CallTimeout, cancellationToken);
        return new RuntimeVersion(answer.RuntimeName, answer.RuntimeVersion, ApiVersions[_api].Api);
    }

    /// <summary>
    /// Returns the image that the runtime has under this reference, as a manifest writes it, or null when it has none. Throws
    /// <see cref="ContainerRuntimeException"/>.
    /// </summary>
    public async Task<RuntimeImage?> FindImageAsync(string reference, CancellationToken cancellationToken)
    {
        var request = new ImageStatusRequest { Image = new ImageSpec { Image = reference } };
        var call = new Call<ImageStatusRequest, ImageStatusResponse>(api => api.ImageStatus, request, $"ask for the image '{reference}'")
        {
            Reference = reference,
        };
        try
        {
            return (await CallAsync(call, _options.CallTimeout, cancellationToken)).Image is { } image ? ToRuntimeImage(image) : null;
        }
        catch (ContainerRuntimeException failure) when (failure.Status == StatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Returns all images that the runtime has. Throws <see cref="ContainerRuntimeException"/>.</summary>
    public async Task<IReadOnlyList<RuntimeImage>> ListImagesAsync(CancellationToken cancellationToken)
    {
        var call = new Call<ListImagesRequest, ListImagesResponse>(api => api.ListImages, new ListImagesRequest(), "list the images");
        return [.. (await CallAsync(call, _options.CallTimeout, cancellationToken)).Images.Select(ToRuntimeImage)];
    }

    /// <summary>
    /// Has the runtime pull an image through its own registry configuration, and returns the image's id. Safe to repeat: the runtime does not
    /// pull a layer again that it has. Throws <see cref="ContainerRuntimeException"/>, with the reason ImageNotStaged when the runtime tried
    /// and failed.
    /// </summary>
    public async Task<string> PullImageAsync(string reference, CancellationToken cancellationToken)
    {
        var request = new PullImageRequest { Image = new ImageSpec { Image = reference } };
        var call = new Call<PullImageRequest, PullImageResponse>(api => api.PullImage, request, $"pull the image '{reference}'")
        {
            Reference = reference,
            IsPull = true,
        };
        return (await CallAsync(call, _options.PullTimeout, cancellationToken)).ImageRef;
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    private async Task<TResponse> CallAsync<TRequest, TResponse>(
        Call<TRequest, TResponse> call, TimeSpan timeout, CancellationToken cancellationToken)
        where TRequest : class
        where TResponse : class
    {
        // When the time is up the call is cancelled, which resets its stream: the runtime stops working on it.
        using var deadline = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await CallEitherVersionAsync(call, either.Token);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unavailable(call, $"the container runtime did not answer within {timeout.TotalSeconds:0.#} s", failure);
        }
        catch (ContainerRuntimeException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    private async Task<TResponse> CallEitherVersionAsync<TRequest, TResponse>(Call<TRequest, TResponse> call, CancellationToken cancellationToken)
        where TRequest : class
        where TResponse : class
    {
        var api = _api;
        try
        {
            return await CallVersionAsync(call, ApiVersions[api], cancellationToken);
        }
        catch (ContainerRuntimeException failure) when (failure.Status == StatusCode.Unimplemented)
        {
            // Also from v1alpha2 to v1: the runtime may have been upgraded under a running agent.
            var other = 1 - api;
            var answer = await CallVersionAsync(call, ApiVersions[other], cancellationToken);
            _api = other;
            return answer;
        }
    }

    private async Task<TResponse> CallVersionAsync<TRequest, TResponse>(
        Call<TRequest, TResponse> call, CriMethods methods, CancellationToken cancellationToken)
        where TRequest : class
        where TResponse : class
    {
        var exchange = _connection.Begin();
        try
        {
            using var running = _calls.AsyncUnaryCall(
                call.Method(methods), host: null, new CallOptions(cancellationToken: cancellationToken), call.Request);
            return await running.ResponseAsync;
        }
        catch (RpcException failure)
        {
            throw Translate(call, exchange, failure);
        }
    }

    private ContainerRuntimeException Translate<TRequest, TResponse>(
        Call<TRequest, TResponse> call, AnswerInspector.Exchange exchange, RpcException failure)
    {
        if (exchange.Status is { } status and not StatusCode.OK)
        {
            return Refused(call, status, failure);
        }

        for (var cause = failure.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case FormatException:
                    return NotCri(call, cause.Message, failure);
                case HttpRequestException or IOException:
                    var root = cause.GetBaseException();
                    return Unavailable(call, $"nothing answers on '{_options.SocketPath}' ({FaultText.Describe(root)})", failure);
            }
        }

        var isNoNumber = exchange.Text is not null && exchange.Status is null;
        return NotCri(
            call,
            isNoNumber ? "the status is no number"
            : failure.StatusCode == StatusCode.ResourceExhausted ? "an answer is larger than CRI's answers are"
            : "an answer is damaged, or not whole",
            failure);
    }

    private ContainerRuntimeException Refused<TRequest, TResponse>(Call<TRequest, TResponse> call, StatusCode status, RpcException failure)
    {
        var tried = call.IsPull && status is not (StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Unimplemented);
        return new ContainerRuntimeException(
            tried ? ContainerRuntimeException.ImageNotStaged : ContainerRuntimeException.RuntimeUnavailable,
            $"cannot {call.What}: the container runtime answered {status}: {ToOneLine(failure.Status.Detail)}",
            failure)
        {
            Status = status,
            Subject = call.Reference ?? _options.SocketPath,
            Disposition = status is StatusCode.InvalidArgument or StatusCode.Unimplemented ? Disposition.Stalled : Disposition.Transient,
            Hint = tried ? "Check that the runtime pulls through EdgeSync's mirror; 'edgesync setup --dry-run' shows what is missing." : null,
        };
    }

    private ContainerRuntimeException NotCri<TRequest, TResponse>(Call<TRequest, TResponse> call, string why, Exception cause) =>
        Unavailable(call, $"'{_options.SocketPath}' does not speak CRI: {why}", cause);

    private ContainerRuntimeException Unavailable<TRequest, TResponse>(Call<TRequest, TResponse> call, string why, Exception cause) =>
        new(ContainerRuntimeException.RuntimeUnavailable, $"cannot {call.What}: {why}", cause)
        {
            Subject = _options.SocketPath,
            Hint = "Check that k3s or containerd runs, that 'runtime.endpoint' names its socket, and that the agent may open it.",
        };

    private static RuntimeImage ToRuntimeImage(Image image) => new(image.Id, [.. image.RepoTags], [.. image.RepoDigests], image.Size);

    private static string ToOneLine(string text)
    {
        text = ShortText.Of(text, MaxStatusMessage);
        return string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
    }

    private sealed record Call<TRequest, TResponse>(Func<CriMethods, Method<TRequest, TResponse>> Method, TRequest Request, string What)
    {
        public string? Reference { get; init; }

        public bool IsPull { get; init; }
    }
}

using System.Net.Sockets;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Runtime;

/// <summary>
/// Asks the container runtime of this host about images and has it pull them, over the Container Runtime Interface: what the kubelet will
/// ask later, asked before anything is applied. Safe for concurrent use.
/// </summary>
public sealed class ContainerRuntimeClient : IDisposable
{
    // containerd 1.6 speaks both; before 1.6 only v1alpha2, from 2.0 on only v1.
    private static readonly string[] ApiVersions = ["v1", "v1alpha2"];

    private readonly ContainerRuntimeOptions _options;
    private readonly TimeProvider _time;
    private readonly GrpcConnection _connection;
    private volatile int _api;

    /// <summary>A client for one runtime. It connects with the first call, and again after the runtime was restarted.</summary>
    public ContainerRuntimeClient(ContainerRuntimeOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _connection = new GrpcConnection(options.SocketPath);
    }

    /// <summary>What answers on the socket. Throws <see cref="ContainerRuntimeException"/>.</summary>
    public async Task<RuntimeVersion> GetVersionAsync(CancellationToken cancellationToken)
    {
        var call = new Call("RuntimeService/Version", CriMessages.Empty, "ask for the version", Reference: null);
        var answer = await CallAsync(call, _options.CallTimeout, message => CriMessages.ReadVersion(message), cancellationToken);
        return new RuntimeVersion(answer.Name, answer.Version, ApiVersions[_api]);
    }

    /// <summary>
    /// The image that the runtime has under this reference, as a manifest writes it, or null when it has none. Throws
    /// <see cref="ContainerRuntimeException"/>.
    /// </summary>
    public async Task<RuntimeImage?> FindImageAsync(string reference, CancellationToken cancellationToken)
    {
        var call = new Call("ImageService/ImageStatus", CriMessages.ImageRequest(reference), $"ask for the image '{reference}'", reference);
        try
        {
            return await CallAsync(call, _options.CallTimeout, message => CriMessages.ReadImageStatus(message), cancellationToken);
        }
        catch (ContainerRuntimeException failure) when (failure.Status == GrpcStatus.NotFound)
        {
            return null;
        }
    }

    /// <summary>All images that the runtime has. Throws <see cref="ContainerRuntimeException"/>.</summary>
    public Task<IReadOnlyList<RuntimeImage>> ListImagesAsync(CancellationToken cancellationToken)
    {
        var call = new Call("ImageService/ListImages", CriMessages.Empty, "list the images", Reference: null);
        return CallAsync(call, _options.CallTimeout, message => CriMessages.ReadImages(message), cancellationToken);
    }

    /// <summary>
    /// Has the runtime pull an image through its own registry configuration, and returns the id of it. Safe to repeat; layers that are there
    /// are not pulled again. Throws <see cref="ContainerRuntimeException"/>, with the reason ImageNotStaged when the runtime tried and could not.
    /// </summary>
    public Task<string> PullImageAsync(string reference, CancellationToken cancellationToken)
    {
        var call = new Call("ImageService/PullImage", CriMessages.ImageRequest(reference), $"pull the image '{reference}'", reference);
        return CallAsync(call, _options.PullTimeout, message => CriMessages.ReadPulled(message), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private async Task<T> CallAsync<T>(Call call, TimeSpan timeout, Decode<T> decode, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var answer = await CallEitherVersionAsync(call, timeout, either.Token);
            return decode(answer.Span);
        }
        catch (GrpcFailure failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Refused(call, failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unavailable(call, $"the container runtime did not answer within {timeout.TotalSeconds:0.#} s", failure);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Unavailable(call, $"nothing answers on '{_options.SocketPath}' ({Cause(failure)})", failure);
        }
        catch (InvalidDataException failure)
        {
            throw Unavailable(call, $"'{_options.SocketPath}' does not speak CRI: {failure.Message}", failure);
        }
    }

    private async Task<ReadOnlyMemory<byte>> CallEitherVersionAsync(Call call, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var api = _api;
        try
        {
            return await CallVersionAsync(api);
        }
        catch (GrpcFailure failure) when (failure.Status == GrpcStatus.Unimplemented)
        {
            // Also from v1alpha2 to v1: the runtime may have been upgraded under a running agent.
            var other = 1 - api;
            var answer = await CallVersionAsync(other);
            _api = other;
            return answer;
        }

        Task<ReadOnlyMemory<byte>> CallVersionAsync(int version) =>
            _connection.CallAsync($"/runtime.{ApiVersions[version]}.{call.Method}", call.Message, timeout, cancellationToken);
    }

    private ContainerRuntimeException Refused(Call call, GrpcFailure failure)
    {
        var isPull = call.Method == "ImageService/PullImage";
        var tried = isPull && failure.Status is not (GrpcStatus.Unavailable or GrpcStatus.DeadlineExceeded or GrpcStatus.Unimplemented);
        return new ContainerRuntimeException(
            tried ? ContainerRuntimeException.ImageNotStaged : ContainerRuntimeException.RuntimeUnavailable,
            $"cannot {call.What}: the container runtime answered {failure.Status}: {failure.Message}",
            failure)
        {
            Status = failure.Status,
            Subject = call.Reference ?? _options.SocketPath,
            Disposition = failure.Status is GrpcStatus.InvalidArgument or GrpcStatus.Unimplemented ? Disposition.Stalled : Disposition.Transient,
            Hint = tried ? "See that the runtime pulls through EdgeSync's mirror; 'edgesync setup --dry-run' shows what is missing." : null,
        };
    }

    private ContainerRuntimeException Unavailable(Call call, string why, Exception cause) =>
        new(ContainerRuntimeException.RuntimeUnavailable, $"cannot {call.What}: {why}", cause)
        {
            Subject = _options.SocketPath,
            Hint = "See that k3s or containerd runs, that 'runtime.endpoint' names its socket, and that the agent may open it.",
        };

    private static string Cause(Exception failure) =>
        failure.GetBaseException() is SocketException socket ? socket.Message : failure.GetBaseException().Message;

    private delegate T Decode<out T>(ReadOnlySpan<byte> message);

    private sealed record Call(string Method, ReadOnlyMemory<byte> Message, string What, string? Reference);
}

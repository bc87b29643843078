using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using Polly;

namespace EdgeSync.Kubernetes.Api;

/// <summary>Sends requests with a login, limits the size of answers and the time they take, retries, and turns refusals into failures.</summary>
internal sealed class ApiConnection : IDisposable
{
    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(10);
    private static readonly JsonDocumentOptions Documents = new() { MaxDepth = 256 };
    private readonly KubernetesClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _retries;
    private readonly ResiliencePipeline _busyRetries;
    private readonly ResiliencePipeline _patchRetries;
    private readonly ApiLogin _login;
    private readonly Lock _lock = new();
    private HttpClient _http;
    private Kubeconfig _config;
    private X509Certificate2Collection? _certificate;
    private long _requests;

    public ApiConnection(Kubeconfig config, KubernetesClientOptions options, TimeProvider time, RetryPolicy retries)
    {
        _config = config;
        _options = options;
        _time = time;
        _retries = retries.CreatePipeline(new RetryRule(FirstRetryDelay, LongestRetryDelay, options.MaxAttempts - 1, MayPass));

        // An API server that answers is there: it asks for patience, and a whole bundle would be tried again for one object.
        var patience = new RetryRule(FirstRetryDelay, LongestRetryDelay, 3 * (options.MaxAttempts - 1), failure => failure.Reason == ApiReasons.ClusterBusy);
        _busyRetries = retries.CreatePipeline(patience);

        // A patch that names no version can follow the change that came first.
        _patchRetries = retries.CreatePipeline(patience with { MayPass = failure => failure.Reason is ApiReasons.ClusterBusy or ApiReasons.ObjectConflict });
        _login = new ApiLogin(config, options.PluginTimeout, time);
        _certificate = config.ClientCertificate;
        _http = CreateHttp();
    }

    /// <summary>The number of requests sent so far; each retry counts.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    public void Dispose()
    {
        _http.Dispose();
        _login.Dispose();
    }

    /// <summary>The answer's status and JSON object; any status from 400 on is a <see cref="KubernetesApiException"/>.</summary>
    public async Task<(HttpStatusCode Status, JsonObject Body)> SendAsync(ApiRequest request, CancellationToken cancellationToken) =>
        await (request.Method == HttpMethod.Patch && request.Body.Text("metadata", "resourceVersion") is null ? _patchRetries : _busyRetries).ExecuteAsync(
            outer => _retries.ExecuteAsync(token => new ValueTask<(HttpStatusCode, JsonObject)>(WithinTimeAsync(request, ReadJsonAsync, token)), outer),
            cancellationToken);

    /// <summary>Opens an answer that goes on for long; the caller disposes it.</summary>
    public Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellationToken) =>
        WithinTimeAsync(request, SendOnceAsync, cancellationToken);

    // The same request would meet the same expired version again, and an API that is not served is often asked for.
    private static bool MayPass(EdgeSyncException failure) =>
        failure.Disposition != Disposition.Stalled
        && failure is not KubernetesApiException { StatusCode: 404 }
        && failure.Reason is ApiReasons.ClusterUnreachable or ApiReasons.ClusterError;

    private async Task<(HttpStatusCode Status, JsonObject Body)> ReadJsonAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var response = await SendOnceAsync(request, cancellationToken);
        return (response.StatusCode, Parse(request, await ReadAsync(request, response, cancellationToken)));
    }

    private async Task<T> WithinTimeAsync<T>(ApiRequest request, Func<ApiRequest, CancellationToken, Task<T>> send, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await send(request, both.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw ApiFailures.Timeout(request.Subject, _options.RequestTimeout);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw ApiFailures.FromConnection(request.Subject, failure);
        }
    }

    /// <summary>
    /// Sends a request and, if the API server rejects the login or the connection fails, once more with what the kubeconfig's files or its plugin say now.
    /// </summary>
    private async Task<HttpResponseMessage> SendOnceAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var (config, credential) = await _login.GetAsync(cancellationToken);
        HttpResponseMessage response;
        try
        {
            response = await SendAsAsync(config, credential, request, cancellationToken);
        }
        catch (HttpRequestException)
        {
            if (!_login.HasChanged(config))
            {
                throw;
            }

            (config, credential) = await _login.GetAsync(cancellationToken);
            response = await SendAsAsync(config, credential, request, cancellationToken);
        }

        if (response.StatusCode == HttpStatusCode.Unauthorized && await _login.RenewAsync(config, credential, cancellationToken) is var (other, renewed))
        {
            response.Dispose();
            response = await SendAsAsync(other, renewed, request, cancellationToken);
        }

        if ((int)response.StatusCode < 400)
        {
            return response;
        }

        using (response)
        {
            throw ApiFailures.FromResponse(
                request.Subject, response.StatusCode, response.Headers.RetryAfter?.Delta, (await ReadAsync(request, response, cancellationToken)).Span);
        }
    }

    private async Task<HttpResponseMessage> SendAsAsync(
        Kubeconfig config, ApiCredential credential, ApiRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, request.Path) { Version = HttpVersion.Version20 };
        message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        // The handler takes the name that the certificate must have from here, and ignores SslOptions.TargetHost.
        message.Headers.Host = config.TlsServerName;
        if (!string.IsNullOrEmpty(credential.Token))
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential.Token);
        }

        if (_options.ImpersonatedUser is { } user && !request.IsOwn && request.Method != HttpMethod.Get)
        {
            // The API server adds a service account's groups by itself.
            message.Headers.TryAddWithoutValidation("Impersonate-User", user);
        }

        if (request.Body is { } body)
        {
            message.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue(request.ContentType));
        }

        Interlocked.Increment(ref _requests);
        return await HttpFor(config, credential).SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>
    /// The client whose connections this kubeconfig and this certificate make. After one of them was renewed, requests that still use the old client finish;
    /// its connections close when they have been idle for a minute.
    /// </summary>
    private HttpClient HttpFor(Kubeconfig config, ApiCredential credential)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(config, _config) || !ReferenceEquals(credential.Certificate, _certificate))
            {
                (_config, _certificate) = (config, credential.Certificate);
                _http = CreateHttp();
            }

            return _http;
        }
    }

    private HttpClient CreateHttp()
    {
        var http = new HttpClient(ConnectionHandler.Create(_config, _certificate, _options.CertificateTime))
        {
            BaseAddress = _config.Server,
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("edgesync", null));
        return http;
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(ApiRequest request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(chunk, cancellationToken)) > 0)
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length > _options.MaxAnswerBytes)
            {
                throw ApiFailures.Unreadable(request.Subject, $"it is larger than {_options.MaxAnswerBytes} bytes");
            }
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private static JsonObject Parse(ApiRequest request, ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonNode.Parse(body.Span, documentOptions: Documents) as JsonObject ?? throw ApiFailures.Unreadable(request.Subject, "it is not a JSON object");
        }
        catch (JsonException failure)
        {
            throw ApiFailures.Unreadable(request.Subject, FaultText.Describe(failure), failure);
        }
    }
}

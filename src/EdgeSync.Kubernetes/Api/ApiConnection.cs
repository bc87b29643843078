using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;

namespace EdgeSync.Kubernetes.Api;

/// <summary>Sends requests, bounds answers and time, tries again what may pass, and turns refusals into failures.</summary>
internal sealed class ApiConnection : IDisposable
{
    private static readonly JsonDocumentOptions Documents = new() { MaxDepth = 256 };
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private readonly Kubeconfig _config;
    private readonly KubernetesClientOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly HttpClient _http;
    private long _requests;

    public ApiConnection(Kubeconfig config, KubernetesClientOptions options, TimeProvider time, Random random)
    {
        _config = config;
        _options = options;
        _time = time;
        _random = random;
        _http = new HttpClient(ConnectionHandler.Create(config, options.CertificateTime))
        {
            BaseAddress = config.Server,
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("edgesync", null));
    }

    /// <summary>How many requests were sent so far, every try counted.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    public void Dispose() => _http.Dispose();

    /// <summary>The answer's status and JSON object; any status from 400 on is a <see cref="KubernetesApiException"/>.</summary>
    public async Task<(HttpStatusCode Status, JsonObject Body)> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(200), LongestPause, _random);
        while (true)
        {
            try
            {
                return await SendOnceAsync(request, cancellationToken);
            }
            catch (KubernetesApiException failure)
                when (failure.Disposition != Disposition.Stalled && backoff.Failures + 1 < _options.MaxAttempts && IsWorthARetry(failure))
            {
                var pause = backoff.Next();
                pause = failure.RetryAfter is { } asked && asked < LongestPause ? asked : pause;
                await Task.Delay(pause, _time, cancellationToken);
            }
        }
    }

    /// <summary>Opens an answer that goes on for long; the caller disposes it.</summary>
    public async Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var message = await CreateAsync(request, both.Token);
            Interlocked.Increment(ref _requests);
            var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, both.Token);
            if ((int)response.StatusCode < 400)
            {
                return response;
            }

            using (response)
            {
                throw await FailureOfAsync(request, response, both.Token);
            }
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

    // Conflicts and expired versions do not pass by sending the same bytes again.
    private static bool IsWorthARetry(KubernetesApiException failure) =>
        failure.Reason is ApiReasons.ClusterUnreachable or ApiReasons.ClusterBusy or ApiReasons.ClusterError;

    private async Task<(HttpStatusCode Status, JsonObject Body)> SendOnceAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var message = await CreateAsync(request, both.Token);
            Interlocked.Increment(ref _requests);
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, both.Token);
            if ((int)response.StatusCode >= 400)
            {
                throw await FailureOfAsync(request, response, both.Token);
            }

            return (response.StatusCode, Parse(request, await ReadAsync(request, response, both.Token)));
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

    private async Task<HttpRequestMessage> CreateAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var message = new HttpRequestMessage(request.Method, request.Path) { Version = HttpVersion.Version20 };
        message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        // The handler takes the name that the certificate must bear from here, and ignores SslOptions.TargetHost.
        message.Headers.Host = _config.TlsServerName;
        var token = _config.TokenFile is { } file ? (await ReadTokenAsync(file, cancellationToken)).Trim() : _config.Token;
        if (!string.IsNullOrEmpty(token))
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (request.Body is { } body)
        {
            message.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue(request.ContentType));
        }

        return message;
    }

    // Such tokens are rotated in place, so the file is read for each request.
    private static async Task<string> ReadTokenAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(file, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KubernetesApiException(ApiReasons.KubeconfigInvalid, $"the token file '{file}' cannot be read: {failure.Message}", failure)
            {
                Subject = file,
            };
        }
    }

    private async Task<KubernetesApiException> FailureOfAsync(ApiRequest request, HttpResponseMessage response, CancellationToken cancellationToken) =>
        ApiFailures.FromResponse(
            request.Subject, response.StatusCode, response.Headers.RetryAfter?.Delta, (await ReadAsync(request, response, cancellationToken)).Span);

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
            return JsonNode.Parse(body.Span, documentOptions: Documents) as JsonObject ?? throw ApiFailures.Unreadable(request.Subject, "it is no JSON object");
        }
        catch (JsonException failure)
        {
            throw ApiFailures.Unreadable(request.Subject, failure.Message, failure);
        }
    }
}

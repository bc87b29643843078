using System.Net;
using EdgeSync.Oci.Registries.Authentication;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;
using EdgeSync.Primitives.Timing;
using Microsoft.Extensions.Logging;
using Polly;

namespace EdgeSync.Oci.Registries;

/// <summary>
/// Brings a <see cref="RegistryRequest"/> to its answer: login, redirects, time limits, retries, and every failure translated once. Other
/// hosts, to which a registry may redirect, see neither credentials nor the client certificate.
/// </summary>
internal sealed partial class RegistryTransport : IDisposable
{
    private const int MaxHeaderKilobytes = 64;

    private readonly RegistryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HttpClient _own;
    private readonly HttpClient _foreign;
    private readonly RegistryAuthorizer _authorizer;
    private readonly ResiliencePipeline _retries;

    public RegistryTransport(RegistryOptions options, TimeProvider time, RetryPolicy retries, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _own = CreateClient(options, withClientCertificate: true, time);
        _foreign = CreateClient(options, withClientCertificate: false, time);
        _authorizer = new RegistryAuthorizer(options, new TokenClient(options, _own, _foreign), time);
        _retries = retries.CreatePipeline(new RetryRule(options.FirstRetryDelay, options.MaxRetryDelay, options.MaxRetries, MayPass)
        {
            Retrying = (failure, attempt, wait) => LogRetry(failure.Reason, failure.Subject, attempt, (long)wait.TotalMilliseconds),
        });
        Paths = new RegistryPaths(options.BaseAddress);
    }

    public RegistryPaths Paths { get; }

    /// <summary>Sends, and reads the answer with <paramref name="read"/>, all within the response timeout and the retries.</summary>
    public Task<T> SendAsync<T>(
        RegistryRequest request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        WithRetriesAsync(
            request,
            async (response, token) =>
            {
                using (response)
                {
                    return await read(response, token);
                }
            },
            cancellationToken);

    /// <summary>Sends, and returns when the headers are here. The caller owns the answer.</summary>
    public Task<HttpResponseMessage> OpenAsync(RegistryRequest request, CancellationToken cancellationToken) =>
        WithRetriesAsync(request, (response, _) => Task.FromResult(response), cancellationToken);

    public void Dispose()
    {
        _own.Dispose();
        _foreign.Dispose();
        _authorizer.Dispose();
    }

    private async Task<T> WithRetriesAsync<T>(
        RegistryRequest request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        request.IsRepeatable
            ? await _retries.ExecuteAsync(async token => await AttemptAsync(request, read, token), cancellationToken)
            : await AttemptAsync(request, read, cancellationToken);

    // A registry that asks for a longer wait than the cap is not asked again.
    private bool MayPass(EdgeSyncException failure) =>
        failure.Reason is RegistryReasons.RegistryUnreachable
            or RegistryReasons.ConnectionLost
            or RegistryReasons.RateLimited
            or RegistryReasons.RegistryError
        && !(failure.RetryAfter > _options.MaxRetryDelay);

    private async Task<T> AttemptAsync<T>(
        RegistryRequest request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        var timeout = TimeoutFor(request);
        using var deadline = new CancellationTokenSource(timeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var response = await ExchangeAsync(request, linked.Token);
            if (request.Accepts.Contains(response.StatusCode))
            {
                return await read(response, linked.Token);
            }

            using (response)
            {
                throw await RegistryFaults.FromResponseAsync(request.Uri, response, request.IsPush, _time.GetUtcNow(), linked.Token);
            }
        }
        catch (HttpRequestException failure)
        {
            throw RegistryFaults.FromTransport(request.Uri, failure);
        }
        catch (IOException failure)
        {
            throw RegistryFaults.Lost(request.Uri, failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw RegistryFaults.NoAnswer(request.Uri, deadline.IsCancellationRequested ? timeout : _options.ConnectTimeout, failure);
        }
    }

    // One login and a few redirects; a registry that goes on asking is given up.
    private async Task<HttpResponseMessage> ExchangeAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        var uri = request.Uri;
        var mayLogIn = true;
        for (var hops = 0; hops <= RedirectRules.MaxHops;)
        {
            var isOwn = RedirectRules.IsSameOrigin(uri, _options.BaseAddress);
            using var message = request.ToMessage(uri);
            message.Headers.Authorization = isOwn ? await _authorizer.HeaderAsync(request.Scope, cancellationToken) : null;
            var response = await (isOwn ? _own : _foreign).SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (isOwn && !_options.PlainHttp && response.Headers is { Date: { } date, Age: null })
            {
                _options.TimeSeen?.Invoke(date);
            }

            if (isOwn && mayLogIn && response.StatusCode == HttpStatusCode.Unauthorized
                && await _authorizer.LearnAsync(response, message.Headers.Authorization, request.Scope, cancellationToken))
            {
                mayLogIn = false;
                response.Dispose();
                continue;
            }

            if (request.IsPush || !RedirectRules.IsRedirect(response.StatusCode))
            {
                return response;
            }

            using (response)
            {
                uri = RedirectRules.Follow(uri, response.Headers.Location);
                hops++;
                LogRedirect(Redactor.Url(request.Uri), Redactor.Url(uri));
            }
        }

        throw RegistryFaults.Violation(request.Uri, $"more than {RedirectRules.MaxHops} redirects");
    }

    private TimeSpan TimeoutFor(RegistryRequest request) =>
        _options.ResponseTimeout + TimeSpan.FromSeconds((double)request.BodyLength / Math.Max(1, _options.MinimumBytesPerSecond));

    private static HttpClient CreateClient(RegistryOptions options, bool withClientCertificate, TimeProvider time)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // so that a changed DNS entry is seen
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            SslOptions = TlsFiles.Load(options, withClientCertificate, time),
        };
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("edgesync");
        return client;
    }

    [LoggerMessage(OciEventIds.RedirectFollowed, LogLevel.Debug, "{Subject} leads to {Target}")]
    private partial void LogRedirect(string? subject, string? target);

    [LoggerMessage(OciEventIds.RequestRetried, LogLevel.Debug, "Request to {Subject} failed with {Reason}, retry {Attempt} in {ElapsedMs} ms")]
    private partial void LogRetry(string reason, string? subject, int attempt, long elapsedMs);
}

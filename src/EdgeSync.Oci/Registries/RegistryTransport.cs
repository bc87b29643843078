using System.Net;
using System.Net.Http.Headers;
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
    private static readonly HttpStatusCode[] NotAllowed =
        [HttpStatusCode.BadRequest, HttpStatusCode.Forbidden, HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotImplemented];

    private readonly RegistryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RegistryConnections _connections;
    private readonly RegistryAuthorizer _authorizer;
    private readonly ResiliencePipeline _retries;

    public RegistryTransport(RegistryOptions options, TimeProvider time, RetryPolicy retries, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _connections = new RegistryConnections(options, time, logger);
        _authorizer = new RegistryAuthorizer(options, new TokenClient(options, _connections), time);
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

    /// <summary>
    /// Whether what a HEAD request names is there. Where HEAD is not allowed, GET is asked, and of content only the first byte; null where that is not
    /// allowed either, as for an account that may only write.
    /// </summary>
    public async Task<bool?> LooksForAsync(RegistryRequest head, CancellationToken cancellationToken)
    {
        var found = await SendAsync(
            head with { Accepts = [HttpStatusCode.NotFound, .. NotAllowed], AcceptsAnySuccess = true },
            (response, _) => Task.FromResult(MeansThere(response)),
            cancellationToken);
        if (found is not null)
        {
            return found;
        }

        using var answer = await OpenAsync(
            head with
            {
                Method = HttpMethod.Get,
                Headers = [.. head.Headers, ("Range", "bytes=0-0")],
                Accepts = [HttpStatusCode.NotFound, HttpStatusCode.RequestedRangeNotSatisfiable, .. NotAllowed],
                AcceptsAnySuccess = true,
            },
            cancellationToken);
        return answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable ? true : MeansThere(answer);

        static bool? MeansThere(HttpResponseMessage response) =>
            response.IsSuccessStatusCode ? true : response.StatusCode == HttpStatusCode.NotFound ? false : null;
    }

    public void Dispose()
    {
        _connections.Dispose();
        _authorizer.Dispose();
        (_options.CredentialSource as IDisposable)?.Dispose();
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

        // Where a redirect leads, the failure is of the host that it leads to.
        var at = request.Uri;
        try
        {
            var response = await ExchangeAsync(request, uri => at = uri, linked.Token);
            if (request.IsAnswer(response) && !(RegistryFaults.IsOfAnother(response) && !request.AcceptsWebPages))
            {
                return await read(response, linked.Token);
            }

            using (response)
            {
                throw await RegistryFaults.FromResponseAsync(request.Uri, at, response, request.IsPush, _time.GetUtcNow(), linked.Token);
            }
        }
        catch (HttpRequestException failure)
        {
            throw RegistryFaults.FromTransport(at, failure);
        }
        catch (IOException failure)
        {
            throw RegistryFaults.Lost(at, failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw RegistryFaults.NoAnswer(at, deadline.IsCancellationRequested ? timeout : _options.ConnectTimeout, failure);
        }
    }

    // One login and a few redirects; a registry that goes on asking is given up.
    private async Task<HttpResponseMessage> ExchangeAsync(RegistryRequest request, Action<Uri> going, CancellationToken cancellationToken)
    {
        var uri = request.Uri;
        var login = _authorizer.Begin(request.Scope, ProbeAsync);
        for (var hops = 0; hops <= RedirectRules.MaxHops;)
        {
            going(uri);
            var isOwn = RedirectRules.IsSameOrigin(uri, _options.BaseAddress);
            var response = await SendOnceAsync(request, uri, isOwn ? await login.HeaderAsync(cancellationToken) : null, cancellationToken);
            if (isOwn && !_options.PlainHttp && response.Headers is { Date: { } date, Age: null })
            {
                _options.TimeSeen?.Invoke(date);
            }

            if (isOwn && await login.LearnAsync(response, cancellationToken))
            {
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

    private async Task<HttpResponseMessage> SendOnceAsync(
        RegistryRequest request, Uri uri, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync();
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError == HttpRequestError.SecureConnectionError && _connections.Refresh())
        {
            // The certificate files were replaced at this very moment.
            return await SendAsync();
        }

        async Task<HttpResponseMessage> SendAsync()
        {
            using var message = request.ToMessage(uri);
            message.Headers.Authorization = authorization;
            return await _connections.For(uri).SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
    }

    // What the registry wants from everybody, asked without a login; null where it wants nothing.
    private async Task<Challenge?> ProbeAsync(CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, Paths.Ping);
        using var response = await _connections.For(Paths.Ping).SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return response.StatusCode == HttpStatusCode.Unauthorized ? Challenge.From(response.Headers.WwwAuthenticate) : null;
    }

    private TimeSpan TimeoutFor(RegistryRequest request) =>
        _options.ResponseTimeout + TimeSpan.FromSeconds((double)request.BodyLength / Math.Max(1, _options.MinimumBytesPerSecond));

    [LoggerMessage(OciEventIds.RedirectFollowed, LogLevel.Debug, "{Subject} leads to {Target}")]
    private partial void LogRedirect(string? subject, string? target);

    [LoggerMessage(OciEventIds.RequestRetried, LogLevel.Debug, "Request to {Subject} failed with {Reason}, retry {Attempt} in {ElapsedMs} ms")]
    private partial void LogRetry(string reason, string? subject, int attempt, long elapsedMs);
}

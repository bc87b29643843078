using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeSync.Agent.Failures;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Trust;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Agent.LocalApi;

/// <summary>Asks the running daemon over its Unix socket.</summary>
internal sealed class LocalApiClient : IDisposable
{
    private const int MaxStatusBytes = 4 << 20;
    private static readonly Uri Address = new("http://edgesync.local");

    private readonly string _socketPath;
    private readonly HttpClient _http;

    public LocalApiClient(string socketPath)
    {
        _socketPath = socketPath;
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false })
        {
            BaseAddress = Address,
            MaxResponseContentBufferSize = MaxStatusBytes,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The site's status. Raises <see cref="LocalApiException"/> when no daemon answers.</summary>
    public async Task<SiteStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var body = await _http.GetStreamAsync(LocalApiEndpoints.StatusPath, cancellationToken);
            return await JsonSerializer.DeserializeAsync(body, LocalApiJsonContext.Default.SiteStatus, cancellationToken)
                ?? throw NoAnswer("it answered with nothing");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException)
        {
            throw new LocalApiException(_socketPath, failure);
        }
    }

    /// <summary>
    /// Asks the daemon for one pass of these channels (none: all) and yields its progress; the last event carries the status. <paramref name="windows"/> lets it begin outside of windows; null
    /// does not.
    /// </summary>
    public async IAsyncEnumerable<SyncEvent> SyncAsync(
        IReadOnlyCollection<string> channels, WindowOverride? windows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = string.Join('&', channels.Select(channel => $"{LocalApiEndpoints.ChannelParameter}={Uri.EscapeDataString(channel)}"));
        var path = query.Length == 0 ? LocalApiEndpoints.SyncPath : $"{LocalApiEndpoints.SyncPath}?{query}";
        var request = windows is null ? new HttpRequestMessage(HttpMethod.Post, path) : Post(path, windows, LocalApiJsonContext.Default.WindowOverride);
        await foreach (var line in StreamAsync(request, LocalApiJsonContext.Default.SyncEvent, cancellationToken))
        {
            yield return line;
        }
    }

    /// <summary>The current holds. Raises <see cref="LocalApiException"/> when no daemon answers.</summary>
    public Task<HoldAnswer> ListHoldsAsync(CancellationToken cancellationToken) =>
        AskAsync(new HttpRequestMessage(HttpMethod.Get, LocalApiEndpoints.HoldsPath), LocalApiJsonContext.Default.HoldAnswer, cancellationToken);

    /// <summary>Sets a hold. Raises <see cref="AgentException"/> with the daemon's reason, and <see cref="LocalApiException"/> when none answers.</summary>
    public Task<HoldAnswer> SetHoldAsync(HoldRequest request, CancellationToken cancellationToken) => AskAsync(
        Post(LocalApiEndpoints.HoldsPath, request, LocalApiJsonContext.Default.HoldRequest), LocalApiJsonContext.Default.HoldAnswer, cancellationToken);

    /// <summary>Ends holds. Fails as <see cref="SetHoldAsync"/> does.</summary>
    public Task<HoldAnswer> ClearHoldsAsync(HoldEnding ending, CancellationToken cancellationToken) => AskAsync(
        Post(LocalApiEndpoints.ClearHoldsPath, ending, LocalApiJsonContext.Default.HoldEnding), LocalApiJsonContext.Default.HoldAnswer, cancellationToken);

    /// <summary>The bundles that failed here. Raises <see cref="LocalApiException"/> when no daemon answers.</summary>
    public Task<QuarantineAnswer> ListQuarantineAsync(CancellationToken cancellationToken) => AskAsync(
        new HttpRequestMessage(HttpMethod.Get, LocalApiEndpoints.QuarantinePath), LocalApiJsonContext.Default.QuarantineAnswer, cancellationToken);

    /// <summary>Lets a bundle be tried again. Fails as <see cref="SetHoldAsync"/> does.</summary>
    public Task<QuarantineAnswer> LiftQuarantineAsync(QuarantineLift lift, CancellationToken cancellationToken) => AskAsync(
        Post(LocalApiEndpoints.LiftQuarantinePath, lift, LocalApiJsonContext.Default.QuarantineLift),
        LocalApiJsonContext.Default.QuarantineAnswer,
        cancellationToken);

    /// <summary>Lets another cluster than before be rebuilt. Fails as <see cref="SetHoldAsync"/> does.</summary>
    public Task<RebuildAnswer> RebuildAsync(RebuildRequest rebuild, CancellationToken cancellationToken) => AskAsync(
        Post(LocalApiEndpoints.RebuildPath, rebuild, LocalApiJsonContext.Default.RebuildRequest), LocalApiJsonContext.Default.RebuildAnswer, cancellationToken);

    /// <summary>
    /// Lets the daemon make a preflight, and yields its events; the last has the report. Raises <see cref="AgentException"/> with the daemon's reason, and
    /// <see cref="LocalApiException"/> when none answers or it ends before the preflight does.
    /// </summary>
    public async IAsyncEnumerable<PreflightEvent> PreflightAsync(PreflightRequest preflight, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = Post(LocalApiEndpoints.PreflightRunPath, preflight, LocalApiJsonContext.Default.PreflightRequest);
        var hasEnded = false;
        await foreach (var line in StreamAsync(request, LocalApiJsonContext.Default.PreflightEvent, cancellationToken))
        {
            hasEnded = line.Report is not null;
            yield return line;
        }

        if (!hasEnded)
        {
            throw NoAnswer("it ended before the preflight did");
        }
    }

    /// <summary>Lets the daemon keep a deadline. Fails as <see cref="SetHoldAsync"/> does.</summary>
    public Task<PreflightAnswer> BeginPreflightAsync(PreflightOrder order, CancellationToken cancellationToken) => AskAsync(
        Post(LocalApiEndpoints.PreflightPath, order, LocalApiJsonContext.Default.PreflightOrder), LocalApiJsonContext.Default.PreflightAnswer, cancellationToken);

    /// <summary>Writes the report of a preflight into the ledger. Fails as <see cref="SetHoldAsync"/> does.</summary>
    public Task<PreflightAnswer> AcknowledgePreflightAsync(PreflightReport report, CancellationToken cancellationToken) => AskAsync(
        Post(LocalApiEndpoints.PreflightReportPath, report, LocalApiJsonContext.Default.PreflightReport), LocalApiJsonContext.Default.PreflightAnswer, cancellationToken);

    /// <summary>What the site trusts. Fails as <see cref="SetHoldAsync"/> does.</summary>
    public Task<TrustView> GetTrustAsync(CancellationToken cancellationToken) => AskAsync(
        new HttpRequestMessage(HttpMethod.Get, LocalApiEndpoints.TrustPath), LocalApiJsonContext.Default.TrustView, cancellationToken);

    /// <summary>Imports trust roots and revocations. Fails as <see cref="SetHoldAsync"/> does.</summary>
    public Task<TrustAnswer> ImportTrustAsync(TrustImport import, CancellationToken cancellationToken) => AskAsync(
        Post(LocalApiEndpoints.TrustPath, import, LocalApiJsonContext.Default.TrustImport), LocalApiJsonContext.Default.TrustAnswer, cancellationToken);

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Post<T>(string path, T body, JsonTypeInfo<T> type) =>
        new(HttpMethod.Post, path) { Content = JsonContent.Create(body, type) };

    private async Task<T> AskAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var _ = request;
        using var response = await SendAsync(request, cancellationToken);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync(body, type, cancellationToken)
                ?? throw NoAnswer("it answered with nothing");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException)
        {
            throw new LocalApiException(_socketPath, failure);
        }
    }

    private async IAsyncEnumerable<T> StreamAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var _ = request;
        using var response = await SendAsync(request, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var lines = JsonSerializer.DeserializeAsyncEnumerable(body, type, topLevelValues: true, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await MoveAsync(lines))
        {
            if (lines.Current is { } line)
            {
                yield return line;
            }
        }
    }

    // The answer, once its headers are here; what the daemon refuses is its own failure.
    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode == HttpStatusCode.UnprocessableEntity
                && await response.Content.ReadFromJsonAsync(LocalApiJsonContext.Default.LocalFault, cancellationToken) is { } fault)
            {
                throw new AgentException(fault.Reason, fault.Message) { Hint = fault.Hint, ExitCode = fault.ExitCode };
            }

            return response.EnsureSuccessStatusCode();
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException)
        {
            throw new LocalApiException(_socketPath, failure);
        }
    }

    private async Task<bool> MoveAsync<T>(IAsyncEnumerator<T> lines)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException)
        {
            throw NoAnswer($"it ended before the work did: {FaultText.Describe(failure)}");
        }
    }

    private LocalApiException NoAnswer(string why) => new(_socketPath, why);

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

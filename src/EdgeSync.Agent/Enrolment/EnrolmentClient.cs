using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeSync.Agent.Failures;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Http;
using EdgeSync.Primitives.Text;
using EdgeSync.Primitives.Tls;

namespace EdgeSync.Agent.Enrolment;

/// <summary>Posts enrolments and renewals to HQ. The token goes to the address that was typed and nowhere else: redirects are not followed.</summary>
internal sealed class EnrolmentClient : IDisposable
{
    private const int MaxAnswer = 256 << 10;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    /// <summary>Throws <see cref="AgentException"/> for an address that would show the token to others.</summary>
    public EnrolmentClient(string hq, string? caFile, TimeProvider time)
    {
        if (!Uri.TryCreate(hq, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") || address.UserInfo.Length > 0 || address.Query.Length > 0)
        {
            throw new AgentException("EnrolmentAddressInvalid", "HQ's address is not https://HOST") { ExitCode = ExitCodes.Usage };
        }

        if (address.Scheme == "http" && !address.IsLoopback)
        {
            throw new AgentException("EnrolmentAddressInvalid", $"'{Redactor.Url(address)}' is without TLS, and the token would travel in the open")
            {
                ExitCode = ExitCodes.Usage,
                Hint = "Write https://; with --ca-file when HQ's certificate is by an authority of your own.",
            };
        }

        Address = address;
        CaFile = caFile;
        _time = time;
        var proxy = EnvironmentProxy.FromEnvironment(skipsLoopback: true);
        var anchors = caFile is null ? TrustAnchors.Machine : Load(caFile);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = proxy is not null,
            Proxy = proxy,
            MaxResponseHeadersLength = 64,
            SslOptions =
            {
                CertificateChainPolicy = anchors.CreatePolicy(),
                RemoteCertificateValidationCallback = (_, presented, chain, errors) => anchors.Verify(
                    presented as X509Certificate2,
                    chain?.ChainPolicy.ExtraStore ?? [],
                    hasName: !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch),
                    time.GetUtcNow(),
                    acceptsNotYetValid: false),
            },
        };

        _http = new HttpClient(handler) { Timeout = System.Threading.Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswer };
    }

    /// <summary>HQ's address as it was given.</summary>
    public Uri Address { get; }

    /// <summary>Certificates that may have signed HQ's own; null for the machine's list.</summary>
    public string? CaFile { get; }

    /// <summary>HQ's answer, not checked yet. Throws <see cref="AgentException"/>.</summary>
    public Task<EnrolmentResponse> EnrolAsync(EnrolmentRequest request, CancellationToken cancellationToken) => PostAsync(
        "enrolments",
        JsonSerializer.SerializeToUtf8Bytes(request, ContractsJsonContext.Default.EnrolmentRequest),
        ContractsJsonContext.Default.EnrolmentResponse,
        cancellationToken);

    /// <summary>Asks for the challenge that a renewal has to sign. Throws <see cref="AgentException"/>.</summary>
    public async Task<string> AskChallengeAsync(string fleet, string site, CancellationToken cancellationToken) => (await PostAsync(
        "renewals/challenges",
        JsonSerializer.SerializeToUtf8Bytes(new RenewalChallengeRequest(fleet, site), ContractsJsonContext.Default.RenewalChallengeRequest),
        ContractsJsonContext.Default.RenewalChallenge,
        cancellationToken)).Challenge;

    /// <summary>HQ's answer to a signed <see cref="RenewalRequest"/>, not checked yet. Throws <see cref="AgentException"/>.</summary>
    public Task<EnrolmentResponse> RenewAsync(byte[] envelope, CancellationToken cancellationToken) =>
        PostAsync("renewals", envelope, ContractsJsonContext.Default.EnrolmentResponse, cancellationToken);

    private async Task<T> PostAsync<T>(string path, byte[] request, JsonTypeInfo<T> answer, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var content = new ByteArrayContent(request);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await _http.PostAsync(new Uri(Address, $"{Address.AbsolutePath.TrimEnd('/')}/api/v1/{path}"), content, either.Token);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
            return response.IsSuccessStatusCode
                ? StrictJson.Read(body, answer)
                : throw Refused(response, body);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unavailable($"no answer within {Timeout.TotalSeconds:0} s", failure);
        }
        catch (HttpRequestException failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Unavailable(Describe(failure, Address), failure);
        }
        catch (JsonException failure)
        {
            throw new AgentException("EnrolmentAnswerInvalid", $"'{Redactor.Url(Address)}' does not answer as HQ does: its answer is not the JSON that HQ sends", failure);
        }
    }

    public void Dispose() => _http.Dispose();

    private AgentException Refused(HttpResponseMessage response, byte[] body)
    {
        var problem = ReadProblem(body);
        var isLater = response.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;
        var isToken = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
        return new AgentException(
            problem?.Reason ?? (isLater ? "HqUnavailable" : "EnrolmentRefused"),
            $"HQ ('{Redactor.Url(Address)}') answered {(int)response.StatusCode}: {problem?.Detail ?? response.ReasonPhrase}")
        {
            Subject = Redactor.Url(Address),
            Disposition = isLater ? Disposition.Transient : Disposition.Stalled,
            ExitCode = isLater ? ExitCodes.Unavailable : isToken ? ExitCodes.NotTrusted : ExitCodes.Failure,
            Hint = problem?.Hint ?? (isToken ? "Ask an operator for a new token for this site; a token works once. The site's keys are kept." : null),
        };
    }

    private static EnrolmentProblem? ReadProblem(byte[] body)
    {
        try
        {
            return StrictJson.Read(body, EnrolmentJsonContext.Default.EnrolmentProblem);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private AgentException Unavailable(string why, Exception cause) => new("HqUnavailable", $"cannot reach HQ at '{Redactor.Url(Address)}': {why}", cause)
    {
        Subject = Redactor.Url(Address),
        Disposition = Disposition.Transient,
        ExitCode = ExitCodes.Unavailable,
        Hint = "The token is not used up by this; run the same again when the link is there.",
    };

    private static TrustAnchors Load(string caFile)
    {
        try
        {
            return TrustAnchors.Load(caFile);
        }
        catch (Exception failure) when (failure is FormatException or StorageException)
        {
            throw new AgentException("EnrolmentAddressInvalid", $"cannot use the certificates in '{caFile}': {failure.Message}", failure) { ExitCode = ExitCodes.Usage };
        }
    }

    private static string Describe(HttpRequestException failure, Uri address) => (failure.HttpRequestError, failure.InnerException) switch
    {
        (_, ServerCertificateException certificate) => certificate.Message,
        (HttpRequestError.SecureConnectionError, _) => "the other side refused the TLS handshake, or does not speak TLS",
        (HttpRequestError.NameResolutionError, _) => $"the name '{address.Host}' cannot be resolved",
        (HttpRequestError.ProxyTunnelError, _) => "the proxy does not connect to this address",
        (HttpRequestError.ConnectionError, _) => "nothing answers at this address",
        _ => "the connection broke before the answer, or the answer is not HTTP",
    };
}

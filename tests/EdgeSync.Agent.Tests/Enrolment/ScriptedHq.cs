using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Testbed.Certificates;
using EdgeSync.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Tests.Enrolment;

/// <summary>HQ's enrolment endpoint on loopback, which can also give answers that HQ never gives.</summary>
internal sealed class ScriptedHq : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly WebApplication _server;

    private ScriptedHq(bool tls)
    {
        Factory = new CertificateFactory(_directory["ca"]) { ServerYears = 5 };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            if (tls)
            {
                var files = Factory.CreateServer();
                using var pem = X509Certificate2.CreateFromPemFile(files.CertificatePath, files.KeyPath);
                listen.UseHttps(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null));
            }
        }));
        Answer = async context =>
        {
            var request = Requests[^1];
            await RespondAsync(context, new EnrolmentResponse(Issue(request.CertificateRequest), AuthorityPem, "mqtts://hq.example.com:8883", AuthorityPem));
        };
        AnswerRenewal = async context => await RespondAsync(
            context, new EnrolmentResponse(Issue(RenewalIn(Renewals[^1]).CertificateRequest), AuthorityPem, "mqtts://hq.example.com:8883", AuthorityPem));
        _server = builder.Build();
        _server.Run(async context =>
        {
            Paths.Add($"{context.Request.Method} {context.Request.Path}");
            switch (context.Request.Path.Value)
            {
                case "/api/v1/renewals/challenges":
                    Challenges.Add((await JsonSerializer.DeserializeAsync(context.Request.Body, ContractsJsonContext.Default.RenewalChallengeRequest))!);
                    await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(
                        new RenewalChallenge($"challenge-{Challenges.Count}"), ContractsJsonContext.Default.RenewalChallenge));
                    break;
                case "/api/v1/renewals":
                    using (var body = new MemoryStream())
                    {
                        await context.Request.Body.CopyToAsync(body);
                        Renewals.Add(body.ToArray());
                    }

                    await AnswerRenewal(context);
                    break;
                default:
                    Requests.Add((await JsonSerializer.DeserializeAsync(context.Request.Body, ContractsJsonContext.Default.EnrolmentRequest))!);
                    await Answer(context);
                    break;
            }
        });
    }

    public CertificateFactory Factory { get; }

    public string AuthorityPem => Factory.Authority.ExportCertificatePem();

    public List<EnrolmentRequest> Requests { get; } = [];

    public List<RenewalChallengeRequest> Challenges { get; } = [];

    public List<byte[]> Renewals { get; } = [];

    public RequestDelegate AnswerRenewal { get; set; }

    public List<string> Paths { get; } = [];

    public RequestDelegate Answer { get; set; }

    public string Url => _server.Urls.Single();

    public static async Task<ScriptedHq> StartAsync(bool tls = false)
    {
        var hq = new ScriptedHq(tls);
        await hq._server.StartAsync();
        return hq;
    }

    public static Task RespondAsync(HttpContext context, EnrolmentResponse response) =>
        context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(response, ContractsJsonContext.Default.EnrolmentResponse)).AsTask();

    public static RenewalRequest RenewalIn(byte[] envelope) => DsseEnvelope.TryParse(envelope, out var parsed, out var problem)
        ? JsonSerializer.Deserialize(parsed.Payload.Span, ContractsJsonContext.Default.RenewalRequest)!
        : throw new InvalidOperationException(problem);

    /// <summary>Signs a request as HQ does.</summary>
    public string Issue(string request, int days = 365, DateTimeOffset? from = null)
    {
        var asked = CertificateRequest.LoadSigningRequestPem(request, HashAlgorithmName.SHA256);
        var now = from ?? TimeProvider.System.GetUtcNow();
        using var certificate = asked.Create(Factory.Authority, now.AddHours(-2), now.AddDays(days).AddHours(-1), RandomNumberGenerator.GetBytes(16));
        return certificate.ExportCertificatePem();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Factory.Dispose();
        _directory.Dispose();
    }
}

using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Api;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Configuration;
using EdgeSync.Hq.Enrolments;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Monitoring;
using EdgeSync.Hq.Storage;
using EdgeSync.Mqtt;
using EdgeSync.Primitives.Timing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace EdgeSync.Hq.Hosting;

/// <summary>Registers HQ's services, one method for each feature.</summary>
internal static class HqServices
{
    private const int DefaultMqttPort = 8883;
    private static readonly TimeSpan SessionExpiry = TimeSpan.FromDays(90);

    public static void AddHq(this IServiceCollection services, TimeProvider clock)
    {
        services.AddSingleton(clock);
        services.AddSingleton(new Random());
        services.AddSingleton(s => new RetryPolicy(s.GetRequiredService<TimeProvider>(), new Random()));
        services.AddWebServer();
        services.AddStorage();
        services.AddFleet();
        services.AddIngestion();
        services.AddEnrolment();
        services.AddAccess();
        services.AddMonitoring();
        services.AddRazorComponents();
    }

    private static void AddWebServer(this IServiceCollection services)
    {
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, KestrelSetup>();
        services.AddOptions<LoggerFilterOptions>().Configure<HqOptions>((filter, options) => filter.MinLevel = options.LogLevel);
        services.AddSingleton<FailureFilter>();
    }

    private static void AddStorage(this IServiceCollection services)
    {
        services.AddSingleton(s => HqDatabase.Open(s.GetRequiredService<HqOptions>()));
        services.AddSingleton<FleetStore>().AddSingleton<LedgerStore>().AddSingleton<EvidenceStore>().AddSingleton<DiffStore>().AddSingleton<PreflightStore>();
    }

    private static void AddFleet(this IServiceCollection services) =>
        services.AddSingleton<ChangeFeed>().AddSingleton<FleetProjection>().AddSingleton<FleetLock>();

    private static void AddIngestion(this IServiceCollection services)
    {
        services.AddSingleton<Inbox>().AddSingleton<Ingester>().AddSingleton<BrokerHealth>();
        services.AddSingleton<SiteCommands>().AddSingleton<PreflightAsker>().AddSingleton<EvidenceReviewer>();
        services.AddSingleton(s => new MqttSession(
            DescribeBroker(s.GetRequiredService<HqOptions>(), s.GetRequiredService<HqIdentity>()), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<RetryPolicy>(), s.GetRequiredService<ILogger<MqttSession>>()));
        services.AddSingleton<BrokerLink>();
        services.AddSingleton<ISitePublisher>(s => s.GetRequiredService<BrokerLink>());

        // The host stops them in the opposite order: the link stops receiving first, then the worker stores what has arrived.
        services.AddHostedService<IngestWorker>();
        services.AddHostedService(s => s.GetRequiredService<BrokerLink>());
    }

    private static MqttSessionOptions DescribeBroker(HqOptions options, HqIdentity identity) => new()
    {
        Host = options.Broker.Url.Host,
        Port = options.Broker.Url.IsDefaultPort || options.Broker.Url.Port < 0 ? DefaultMqttPort : options.Broker.Url.Port,
        ClientId = options.Broker.ClientId,
        Subscriptions = [SiteTopics.FilterForAll("presence"), SiteTopics.FilterForAll("status"), SiteTopics.FilterForAll("acks"), SiteTopics.FilterForAll("diff")],
        SessionExpiry = SessionExpiry,
        Tls = new MqttTlsOptions { CaFile = identity.BrokerAuthorityFile, CertificateFile = identity.CertificateFile, KeyFile = identity.KeyFile },
        ReceiveMaximum = Inbox.Capacity / 2,
        MaximumInFlight = 256,
        QueueCapacity = 1024,
        FailWhenOffline = true,
        BackoffCap = TimeSpan.FromSeconds(30),
    };

    private static void AddEnrolment(this IServiceCollection services)
    {
        services.AddSingleton(s => CertificateAuthority.Load(s.GetRequiredService<HqOptions>().AuthorityDirectory, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<HqIdentity>().AddSingleton<EnrolmentTokenStore>().AddSingleton<Enroller>();
        services.AddSingleton<RenewalChallenges>().AddSingleton<Renewer>().AddSingleton<SiteRevocations>();
        services.AddSingleton<EnrolmentResponses>();
    }

    private static void AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<UserStore>().AddSingleton<OperatorTokenStore>().AddSingleton<LoginThrottle>().AddSingleton<Logins>();
        services.AddSingleton<Accounts>().AddSingleton<InitialOperator>();
        services.AddAuthentication(HqAuthenticationHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, HqAuthenticationHandler>(HqAuthenticationHandler.SchemeName, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Operator, p => p.RequireAuthenticatedUser().RequireRole(nameof(Role.Operator)))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddDataProtection(o => o.ApplicationDiscriminator = "EdgeSync.Hq");
        services.AddOptions<KeyManagementOptions>().Configure<HqOptions, ILoggerFactory>((keys, options, loggers) =>
            keys.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(options.FormKeyDirectory), loggers));
        services.AddAntiforgery(o =>
        {
            o.Cookie.Name = "edgesync-form";
            o.Cookie.HttpOnly = true;
            o.Cookie.SameSite = SameSiteMode.Strict;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
    }
}

using EdgeSync.Hq.Api;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Configuration;
using EdgeSync.Hq.Enrolments;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Storage;
using EdgeSync.Mqtt;
using EdgeSync.Sqlite;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;

namespace EdgeSync.Hq.Hosting;

/// <summary>HQ's parts, feature by feature.</summary>
internal static class HqServices
{
    private const int DefaultMqttPort = 8883;
    private static readonly TimeSpan SessionExpiry = TimeSpan.FromDays(90);

    public static void AddHq(this IServiceCollection services, HqOptions options, TimeProvider clock, CertificateAuthority authority, SqliteDatabase database)
    {
        services.AddSingleton(options).AddSingleton(clock).AddSingleton(authority).AddSingleton(database);
        services.AddSingleton(new Random());
        services.AddFleet();
        services.AddIngestion(options);
        services.AddEnrolment(options);
        services.AddAccess(options);
        services.AddRazorComponents();
        services.AddSingleton<FailureFilter>();
    }

    private static void AddFleet(this IServiceCollection services)
    {
        services.AddSingleton<ChangeFeed>().AddSingleton<FleetProjection>().AddSingleton<FleetGate>();
        services.AddSingleton<FleetStore>().AddSingleton<LedgerStore>().AddSingleton<EvidenceStore>();
    }

    private static void AddIngestion(this IServiceCollection services, HqOptions options)
    {
        services.AddSingleton<Inbox>().AddSingleton<Ingester>().AddSingleton<BrokerHealth>();
        services.AddSingleton<SiteCommands>().AddSingleton<EvidenceReviewer>();
        services.AddSingleton(s => new MqttClient(
            DescribeBroker(options, s.GetRequiredService<HqIdentity>()), s.GetRequiredService<TimeProvider>(), new Random(), s.GetRequiredService<ILogger<MqttClient>>()));
        services.AddSingleton<BrokerLink>();
        services.AddSingleton<ISitePublisher>(s => s.GetRequiredService<BrokerLink>());

        // Stopped in the opposite order: first nothing new comes, then what is there is stored.
        services.AddHostedService<IngestWorker>();
        services.AddHostedService(s => s.GetRequiredService<BrokerLink>());
    }

    private static MqttClientOptions DescribeBroker(HqOptions options, HqIdentity identity) => new()
    {
        Host = options.Broker.Url.Host,
        Port = options.Broker.Url.IsDefaultPort || options.Broker.Url.Port < 0 ? DefaultMqttPort : options.Broker.Url.Port,
        ClientId = options.Broker.ClientId,
        SessionExpiry = SessionExpiry,
        Tls = new MqttTlsOptions { CaFile = identity.BrokerAuthorityFile, CertificateFile = identity.CertificateFile, KeyFile = identity.KeyFile },
        ReceiveMaximum = Inbox.Capacity / 2,
        MaximumInFlight = 256,
        QueueCapacity = 1024,
        FailWhenOffline = true,
        BackoffCap = TimeSpan.FromSeconds(30),
    };

    private static void AddEnrolment(this IServiceCollection services, HqOptions options)
    {
        services.AddSingleton<HqIdentity>().AddSingleton<EnrolmentTokenStore>().AddSingleton<Enroller>();
        services.AddSingleton<RenewalChallenges>().AddSingleton<Renewer>().AddSingleton<SiteRevocations>();
        services.AddSingleton(s => new SiteDirections(
            options.Enrolment.BrokerUrl ?? options.Broker.Url,
            File.ReadAllText(options.Enrolment.BrokerAuthorityFile ?? s.GetRequiredService<HqIdentity>().BrokerAuthorityFile),
            TimeSpan.FromDays(options.Enrolment.CertificateDays)));
    }

    private static void AddAccess(this IServiceCollection services, HqOptions options)
    {
        services.AddSingleton<UserStore>().AddSingleton<OperatorTokenStore>().AddSingleton<LoginThrottle>().AddSingleton<Logins>();
        services.AddSingleton<Accounts>().AddSingleton<InitialOperator>();
        services.AddAuthentication(HqAuthenticationHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, HqAuthenticationHandler>(HqAuthenticationHandler.SchemeName, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Operator, p => p.RequireAuthenticatedUser().RequireRole(nameof(Role.Operator)))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddDataProtection().SetApplicationName("EdgeSync.Hq").PersistKeysToFileSystem(new DirectoryInfo(options.FormKeyDirectory));
        services.AddAntiforgery(o =>
        {
            o.Cookie.Name = "edgesync-form";
            o.Cookie.HttpOnly = true;
            o.Cookie.SameSite = SameSiteMode.Strict;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
    }
}

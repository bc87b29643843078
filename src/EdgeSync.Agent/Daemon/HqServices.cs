using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Enrolment;
using EdgeSync.Agent.Hq;
using EdgeSync.Agent.Planning;
using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Mqtt;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation;
using EdgeSync.Signing.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Daemon;

/// <summary>Registers what connects the site to HQ.</summary>
internal static class HqServices
{
    /// <summary>Renews the certificate that 'edgesync enroll' wrote. Somebody else renews other certificates.</summary>
    public static IServiceCollection AddEnrolment(this IServiceCollection services, AgentConfiguration configuration)
    {
        var identity = new SiteIdentity(configuration.IdentityDirectory);
        if (configuration.Hq is { CertificateFile: { } certificate, KeyFile: { } key } && certificate == identity.CertificateFile && key == identity.ClientKeyFile)
        {
            services.AddSingleton(provider => new CertificateRenewer(
                identity,
                provider.GetRequiredService<SiteProfile>(),
                provider.GetRequiredService<SigningKey>(),
                provider.GetRequiredService<SiteClock>(),
                provider.GetRequiredService<Random>(),
                provider.GetRequiredService<ILogger<CertificateRenewer>>()));
            services.AddHostedService(provider => provider.GetRequiredService<CertificateRenewer>());
        }

        return services;
    }

    /// <summary>Reports to HQ and receives its confirmations and hints, if the configuration has an HQ.</summary>
    public static IServiceCollection AddHqLink(this IServiceCollection services, AgentConfiguration configuration)
    {
        if (configuration.Hq is not { } hq)
        {
            return services;
        }

        var topics = new SiteTopics(configuration.Fleet, configuration.Site);
        return services.AddHostedService(provider => new HqLink(
            hq,
            topics,
            provider.GetRequiredService<Site>(),
            provider.GetRequiredService<SiteNotices>(),
            provider.GetRequiredService<Ledger>(),
            provider.GetService<CertificateRenewer>(),
            new DiffSender(
                new SitePlanner(configuration, provider.GetRequiredService<SiteClock>()).AnswerAsync,
                provider.GetRequiredService<SigningKey>(),
                provider.GetRequiredService<SiteClock>()),
            new HqPreflights(
                hq.MayAskForPreflight,
                request => provider.GetRequiredService<PreflightJobs>().Start(request),
                reply => provider.GetRequiredService<Site>().PreflightReply = reply,
                provider.GetRequiredService<SiteClock>(),
                provider.GetRequiredService<ILogger<HqPreflights>>()),
            new MqttSession(
                HqMessages.Connection(hq, topics, provider.GetRequiredService<SiteClock>()),
                provider.GetRequiredService<SiteClock>(),
                provider.GetRequiredService<RetryPolicy>(),
                provider.GetRequiredService<ILogger<MqttSession>>()),
            provider.GetRequiredService<SiteClock>(),
            provider.GetRequiredService<Random>(),
            provider.GetRequiredService<ILogger<HqLink>>()));
    }
}

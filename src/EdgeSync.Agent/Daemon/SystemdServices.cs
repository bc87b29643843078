using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace EdgeSync.Agent.Daemon;

/// <summary>Tells systemd when the agent is ready, that it is alive, and when it stops (<c>sd_notify</c>).</summary>
internal static class SystemdServices
{
    /// <summary>
    /// Adds the notifications if systemd asks for them. <c>AddSystemd</c> would look at the parent process, which the unit's sandbox hides
    /// (<c>ProtectProc=invisible</c>), and it would change the log format.
    /// </summary>
    public static IServiceCollection AddSystemdNotifications(this IServiceCollection services)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NOTIFY_SOCKET")))
        {
            return services;
        }

        return services
            .AddSingleton<ISystemdNotifier>(new SystemdNotifier())
            .AddSingleton<IHostLifetime, SystemdLifetime>()
            .AddHostedService<SystemdWatchdog>();
    }
}

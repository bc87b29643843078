using System.Net.Security;
using EdgeSync.Agent.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeSync.Agent.Page;

/// <summary>The page's address in Kestrel: TLS where it is wanted, and a limit of connections, so that nobody in the network takes the agent's memory by opening many.</summary>
internal static class PageEndpoint
{
    private const int MostConnections = 64;

    public static void ListenForPage(this KestrelServerOptions kestrel, PageSection page) => kestrel.Listen(page.Listen, listen =>
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(Limit(MostConnections));
        if (page.Tls is not null)
        {
            var certificate = new Lazy<PageCertificate>(() => kestrel.ApplicationServices.GetRequiredService<PageCertificate>());
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Value.Current() }),
            });
        }
    });

    private static Func<ConnectionDelegate, ConnectionDelegate> Limit(int most)
    {
        var open = 0;
        return next => async connection =>
        {
            try
            {
                if (Interlocked.Increment(ref open) <= most)
                {
                    await next(connection);
                }
                else
                {
                    connection.Abort();
                }
            }
            finally
            {
                Interlocked.Decrement(ref open);
            }
        };
    }
}

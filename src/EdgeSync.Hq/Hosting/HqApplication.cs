using System.Security.Cryptography.X509Certificates;
using EdgeSync.Hq.Api;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Configuration;
using EdgeSync.Hq.Enrolments;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Storage;
using EdgeSync.Hq.Web;
using EdgeSync.Primitives.Storage;
using EdgeSync.Sqlite;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EdgeSync.Hq.Hosting;

/// <summary>Puts HQ together: opens what is on disk, and maps pages, API and events.</summary>
internal static class HqApplication
{
    private const int MaxRequestBytes = 64 * 1024;

    /// <summary>Everything but listening. Throws where the disk, the authority or a certificate cannot be used. The caller disposes it.</summary>
    public static async Task<WebApplication> CreateAsync(HqOptions options, TimeProvider clock, Action<WebApplicationBuilder>? adjust, CancellationToken cancellationToken)
    {
        CreateFolders(options);
        var authority = await CertificateAuthority.OpenAsync(options.AuthorityDirectory, clock, cancellationToken);
        var database = OpenDatabase(options);

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = options.StateDirectory });
        builder.Logging.SetMinimumLevel(options.LogLevel);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        ConfigureKestrel(builder, options);
        builder.Services.AddHq(options, clock, authority, database);
        adjust?.Invoke(builder);

        var app = builder.Build();
        await PrepareAsync(app, options, cancellationToken);
        Map(app);
        return app;
    }

    /// <summary>HQ's folders, open to nobody else. One that is there already keeps its mode.</summary>
    public static void CreateFolders(HqOptions options)
    {
        foreach (var folder in new[] { options.StateDirectory, options.AuthorityDirectory, options.FormKeyDirectory })
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>The database, readable for nobody else.</summary>
    public static SqliteDatabase OpenDatabase(HqOptions options)
    {
        if (!File.Exists(options.DatabaseFile))
        {
            CreateFolders(options);
            DurableFile.Create(options.DatabaseFile, DurableFile.PrivateMode).Dispose();
        }

        return SqliteDatabase.Open(options.DatabaseFile, HqSchema.Steps);
    }

    private static void ConfigureKestrel(WebApplicationBuilder builder, HqOptions options)
    {
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
            foreach (var uri in options.Listen)
            {
                void Configure(ListenOptions listen)
                {
                    if (uri.Scheme == "https")
                    {
                        listen.UseHttps(LoadCertificate(options));
                    }
                }

                if (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6)
                {
                    kestrel.Listen(System.Net.IPAddress.Parse(uri.Host.Trim('[', ']')), uri.Port, Configure);
                }
                else
                {
                    kestrel.ListenLocalhost(uri.Port, Configure);
                }
            }
        });
    }

    private static X509Certificate2 LoadCertificate(HqOptions options)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(options.CertificateFile!, options.KeyFile);
        }
        catch (System.Security.Cryptography.CryptographicException failure)
        {
            throw new HqException(
                HqReasons.ConfigurationInvalid, $"certificate '{options.CertificateFile}' and key '{options.KeyFile}' cannot be used: {failure.Message}", failure)
            {
                ExitCode = Primitives.Failures.ExitCodes.BadConfiguration,
            };
        }
    }

    private static async Task PrepareAsync(WebApplication app, HqOptions options, CancellationToken cancellationToken)
    {
        await app.Services.GetRequiredService<HqIdentity>().RefreshAsync(cancellationToken);
        app.Services.GetRequiredService<FleetProjection>().Replace([.. app.Services.GetRequiredService<FleetStore>().LoadAll()]);
        await app.Services.GetRequiredService<InitialOperator>().EnsureAsync(options.InitialOperator, cancellationToken);
    }

    private static void Map(WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapAssets();
        app.MapGet("/healthz", IResult () => Results.Text("ok")).AllowAnonymous();
        app.MapLoginPages();
        app.MapFleetPages();
        app.MapEnrolmentPages();
        app.MapAccountPages();
        app.MapEvents();
        app.MapApi();
        app.MapFallback(PageResults.NotFound);
    }
}

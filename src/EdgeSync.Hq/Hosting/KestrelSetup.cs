using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Hq.Configuration;
using EdgeSync.Primitives.Failures;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace EdgeSync.Hq.Hosting;

/// <summary>Sets up Kestrel from <see cref="HqOptions"/>: addresses, certificate and request limits.</summary>
internal sealed class KestrelSetup(HqOptions options) : IConfigureOptions<KestrelServerOptions>
{
    private const int MaxRequestBytes = 64 * 1024;

    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
        foreach (var uri in options.Listen)
        {
            if (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6)
            {
                kestrel.Listen(IPAddress.Parse(uri.Host.Trim('[', ']')), uri.Port, listen => UseTls(listen, uri));
            }
            else
            {
                kestrel.ListenLocalhost(uri.Port, listen => UseTls(listen, uri));
            }
        }
    }

    private void UseTls(ListenOptions listen, Uri uri)
    {
        if (uri.Scheme == Uri.UriSchemeHttps)
        {
            listen.UseHttps(LoadCertificate());
        }
    }

    private X509Certificate2 LoadCertificate()
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(options.CertificateFile!, options.KeyFile);
        }
        catch (CryptographicException failure)
        {
            throw new HqException(
                HqReasons.ConfigurationInvalid, $"certificate '{options.CertificateFile}' and key '{options.KeyFile}' cannot be used: {FaultText.Describe(failure)}", failure)
            {
                ExitCode = ExitCodes.BadConfiguration,
            };
        }
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary><c>page</c>: the technician's page.</summary>
/// <param name="Listen">Address and port.</param>
/// <param name="Tls">How it is served over TLS; null for plain HTTP, which is for loopback alone.</param>
internal sealed record PageSection(IPEndPoint Listen, PageTls? Tls)
{
    public static readonly IPEndPoint Default = new(IPAddress.Loopback, 8420);

    private const string Own = "site";

    /// <summary>Whether other machines reach it.</summary>
    public bool IsReachable => !IPAddress.IsLoopback(Listen.Address);

    public static PageSection Read(YamlSection reader)
    {
        var section = new PageSection(ReadListen(reader), ReadTls(reader));
        if (section.IsReachable && !reader.Has("tls"))
        {
            reader.Fault(
                "listen",
                $"'{section.Listen}' can be reached from outside, and that needs TLS; write 'tls: {Own}' for a certificate that the agent makes, or 'tls: {{certificateFile: …, keyFile: …}}', or listen on 127.0.0.1");
        }

        return section;
    }

    private static IPEndPoint ReadListen(YamlSection reader) => reader.Value("listen", Default, text =>
        IPEndPoint.TryParse(text, out var listen) && listen.Port > 0 ? (listen, null) : (Default, $"'{text}' is no address with a port; write 127.0.0.1:{Default.Port}"));

    private static PageTls? ReadTls(YamlSection reader)
    {
        if (reader.Find("tls") is { Kind: YamlKind.Scalar, IsNull: false } word)
        {
            if (word.Value != Own)
            {
                reader.Fault("tls", $"'{word.Value}' is not known; write '{Own}' for a certificate that the agent makes, or a section with certificateFile and keyFile");
            }

            return new PageTls(null, null);
        }

        return reader.OptionalSection("tls", PageTls.Read);
    }
}

/// <summary>The certificate of the technician's page.</summary>
/// <param name="CertificateFile">A given certificate (PEM), with those below its root after it; null for one that the agent makes.</param>
/// <param name="KeyFile">Its key (PEM); null likewise.</param>
internal sealed record PageTls(string? CertificateFile, string? KeyFile)
{
    public static PageTls Read(YamlSection reader)
    {
        reader.Require("certificateFile", "page.pem");
        reader.Require("keyFile", "page.key");
        var section = new PageTls(reader.OptionalFile("certificateFile"), reader.OptionalSecretFile("keyFile"));
        if (reader.File.ChecksFiles && File.Exists(section.CertificateFile) && File.Exists(section.KeyFile))
        {
            section.CheckPair(reader);
        }

        return section;
    }

    private void CheckPair(YamlSection reader)
    {
        try
        {
            using var pair = X509Certificate2.CreateFromPemFile(CertificateFile!, KeyFile);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            reader.Fault("certificateFile", $"'{CertificateFile}' and '{KeyFile}' are no certificate and its key; both are PEM, and the key is not encrypted");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Reading the two keys has reported it.
        }
    }
}

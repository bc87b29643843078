using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Tls;

namespace EdgeSync.Agent.Preflight.Reachability;

/// <summary>Goes towards a server stage by stage, so that a person sees at which one it ends: DNS, TCP, TLS. What comes above that is the caller's.</summary>
internal sealed class StageProbe(string host, int port, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly List<string> _stages = [];

    /// <summary>What each stage found so far, line by line.</summary>
    public IReadOnlyList<string> Stages => _stages;

    /// <summary>Notes that a stage passed.</summary>
    public void Pass(string stage, string found) => _stages.Add($"{stage}: {found}");

    /// <summary>The finding of a stage that failed.</summary>
    public CheckFinding Fail(string stage, string found, string? what)
    {
        _stages.Add($"{stage}: failed, {found}");
        return CheckFinding.Failed($"{host}:{port}: {stage} fails: {found}", what) with { Details = _stages };
    }

    /// <summary>The name, the connection, and TLS with these authorities (null: plain). Returns why a stage failed, or null.</summary>
    public async Task<CheckFinding?> ReachAsync(TrustAnchors? anchors, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return await ResolveAsync(limit.Token) ?? await ConnectAsync(anchors, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Fail(_stages.Count == 0 ? "DNS" : _stages.Count == 1 ? "TCP" : "TLS", $"no answer within {Patience.TotalSeconds:0} s", "Check the link, the firewall and the address.");
        }
    }

    private async Task<CheckFinding?> ResolveAsync(CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out _))
        {
            Pass("DNS", "an address, no name");
            return null;
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
            Pass("DNS", string.Join(", ", addresses.Select(address => address.ToString())));
            return null;
        }
        catch (SocketException failure)
        {
            return Fail("DNS", FaultText.Describe(failure), "Check the name in the configuration and the machine's name server ('resolvectl status').");
        }
    }

    private async Task<CheckFinding?> ConnectAsync(TrustAnchors? anchors, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host.Trim('[', ']'), port, cancellationToken);
            Pass("TCP", $"connected to {client.Client.RemoteEndPoint}");
        }
        catch (SocketException failure)
        {
            return Fail("TCP", FaultText.Describe(failure), "Check the link, the port, and whether a firewall is on the way.");
        }

        return anchors is null ? null : await SecureAsync(client, anchors, cancellationToken);
    }

    private async Task<CheckFinding?> SecureAsync(TcpClient client, TrustAnchors anchors, CancellationToken cancellationToken)
    {
        var shown = "";
        try
        {
            await using var tls = new SslStream(client.GetStream());
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = host.Trim('[', ']'),
                CertificateChainPolicy = anchors.CreatePolicy(),
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                {
                    var own = certificate as X509Certificate2;
                    shown = own is null ? "" : $"certificate of {own.GetNameInfo(X509NameType.SimpleName, forIssuer: false)}, until {own.NotAfter.ToUniversalTime():u}";
                    return anchors.Verify(
                        own, chain?.ChainPolicy.ExtraStore ?? [], !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch), time.GetUtcNow(), acceptsNotYetValid: false);
                },
            };
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
            Pass("TLS", $"{tls.SslProtocol}, {shown}");
            return null;
        }
        catch (ServerCertificateException failure)
        {
            return Fail("TLS", failure.Message, "Check the certificate authority that is configured for this host, the certificate's name and dates, and this machine's clock.");
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException)
        {
            return failure.InnerException is ServerCertificateException inner
                ? Fail("TLS", inner.Message, "Check the certificate authority that is configured for this host, the certificate's name and dates, and this machine's clock.")
                : Fail("TLS", "the other side does not speak TLS here, or refused the handshake", "Check the port; a server without TLS is spoken to with 'plainHttp: true' (registry) or mqtt:// (broker on this machine).");
        }
    }
}

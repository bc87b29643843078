using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Tls;
using EdgeSync.Testing;

namespace EdgeSync.Primitives.Tests.Tls;

public sealed class TrustAnchorsTests
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
    private static readonly TestIssuer Root = TestIssuer.CreateRoot("root");
    private static readonly TestIssuer Intermediate = Root.CreateIntermediate("intermediate");
    private static readonly X509Certificate2 Leaf = Intermediate.Issue("server.test");

    [Fact]
    public void File_that_begins_with_a_byte_order_mark_is_read()
    {
        using var folder = new TempDirectory();
        File.WriteAllText(folder["ca.pem"], Root.Certificate.ExportCertificatePem(), new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.True(TrustAnchors.Load(folder["ca.pem"]).Verify(Root.Issue("server.test"), [], hasName: true, Now, acceptsNotYetValid: false));
    }

    [Fact]
    public Task Root_as_anchor_trusts_a_complete_chain() => AssertTrustedAsync([Root.Certificate], Leaf, [Intermediate.Certificate]);

    [Fact]
    public Task Intermediate_as_anchor_trusts_a_server_that_sends_it() => AssertTrustedAsync([Intermediate.Certificate], Leaf, [Intermediate.Certificate]);

    [Fact]
    public Task Intermediate_as_anchor_trusts_a_server_that_does_not_send_it() => AssertTrustedAsync([Intermediate.Certificate], Leaf, []);

    [Fact]
    public Task Intermediate_as_anchor_trusts_a_server_that_sends_the_root_too() =>
        AssertTrustedAsync([Intermediate.Certificate], Leaf, [Intermediate.Certificate, Root.Certificate]);

    [Fact]
    public Task Root_and_intermediate_as_anchors_trust_a_server_that_sends_only_its_own() =>
        AssertTrustedAsync([Root.Certificate, Intermediate.Certificate], Leaf, []);

    [Fact]
    public async Task Expired_root_above_the_anchor_does_not_matter()
    {
        var root = TestIssuer.CreateRoot("expired root", Now.AddDays(-1));
        var intermediate = root.CreateIntermediate("below", Now.AddYears(1));

        await AssertTrustedAsync([intermediate.Certificate], intermediate.Issue("server.test"), [intermediate.Certificate, root.Certificate]);
    }

    [Fact]
    public Task Other_certificate_of_the_anchors_authority_is_trusted()
    {
        var crossSigned = TestIssuer.CreateRoot("other root").CreateIntermediate("intermediate", key: Intermediate.Key);

        return AssertTrustedAsync([Intermediate.Certificate], Leaf, [crossSigned.Certificate]);
    }

    [Fact]
    public Task Server_certificate_as_anchor_is_trusted() => AssertTrustedAsync([Leaf], Leaf, []);

    [Fact]
    public Task Server_certificate_as_anchor_is_trusted_with_its_chain_sent() => AssertTrustedAsync([Leaf], Leaf, [Intermediate.Certificate, Root.Certificate]);

    [Fact]
    public Task Self_signed_server_certificate_as_anchor_is_trusted()
    {
        var own = TestIssuer.SelfSign("server.test");

        return AssertTrustedAsync([own], own, []);
    }

    [Fact]
    public Task Anchor_is_found_among_authorities_of_the_same_name()
    {
        var renewed = TestIssuer.CreateRoot("root");

        return AssertTrustedAsync([renewed.Certificate, Root.Certificate], Leaf, [Intermediate.Certificate]);
    }

    [Fact]
    public Task Anchor_is_found_among_authorities_of_the_same_name_without_key_identifiers()
    {
        var first = TestIssuer.CreateRoot("plain", hasKeyIdentifier: false);
        var second = TestIssuer.CreateRoot("plain", hasKeyIdentifier: false);

        return AssertTrustedAsync([first.Certificate, second.Certificate], second.Issue("server.test"), []);
    }

    [Fact]
    public Task Wrong_authority_is_refused() => AssertRefusedAsync(
        "no configured authority issued the certificate (it names 'intermediate')", [TestIssuer.CreateRoot("stranger").Certificate], Leaf, [Intermediate.Certificate, Root.Certificate]);

    [Fact]
    public Task Other_server_certificate_as_anchor_is_refused() => AssertRefusedAsync(
        "no configured authority issued the certificate (it names 'intermediate')", [Intermediate.Issue("server.test")], Leaf, [Intermediate.Certificate, Root.Certificate]);

    [Fact]
    public async Task Authority_with_the_name_of_the_anchor_and_another_key_is_refused()
    {
        var imposter = TestIssuer.CreateRoot("other").CreateIntermediate("intermediate");

        var fault = await ConnectAsync([Intermediate.Certificate], imposter.Issue("server.test"), [imposter.Certificate]);

        Assert.NotNull(fault);
    }

    [Fact]
    public async Task Forged_signature_below_the_anchor_is_refused()
    {
        // It names the anchor and its key identifier, and another key signed it.
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forged = Intermediate.Issue("server.test", signer: key);

        Assert.Equal("the certificate's signature is not by the authority that it names", await ConnectAsync([Intermediate.Certificate], forged, [Intermediate.Certificate]));
    }

    [Fact]
    public async Task Server_certificate_as_anchor_issues_nothing()
    {
        var below = new TestIssuer(Leaf, Leaf.GetECDsaPrivateKey()!).Issue("server.test");

        Assert.NotNull(await ConnectAsync([Leaf], below, [Leaf]));
    }

    [Fact]
    public Task Expired_certificate_is_refused() => AssertRefusedAsync(
        "the certificate expired on 2026-11-29 12:00:00Z", [Root.Certificate], Root.Issue("server.test", until: Now.AddDays(-1)), []);

    [Fact]
    public Task Expired_server_certificate_as_anchor_is_refused()
    {
        var expired = Root.Issue("server.test", until: Now.AddDays(-1));

        return AssertRefusedAsync("the certificate expired on 2026-11-29 12:00:00Z", [expired], expired, []);
    }

    [Fact]
    public Task Expired_anchor_is_refused()
    {
        var intermediate = Root.CreateIntermediate("expired", Now.AddDays(-1));

        return AssertRefusedAsync(
            "an authority of the certificate has expired or is not valid yet", [intermediate.Certificate], intermediate.Issue("server.test"), [intermediate.Certificate]);
    }

    [Fact]
    public Task Certificate_of_the_future_is_refused() => AssertRefusedAsync(
        "the certificate is not valid before 2026-12-01 12:00:00Z, and it is 2026-11-30 12:00:00Z now", [Root.Certificate], Root.Issue("server.test", from: Now.AddDays(1)), []);

    [Fact]
    public async Task Certificate_of_the_future_is_accepted_when_the_clock_may_be_slow()
    {
        var future = Intermediate.Issue("server.test", from: Now.AddDays(1));

        Assert.Null(await ConnectAsync([Intermediate.Certificate], future, [], isClockSlow: true));
    }

    [Fact]
    public Task Wrong_name_is_refused() => AssertRefusedAsync(
        "the certificate is for another name (DNS:other.test)", [Root.Certificate], Root.Issue("other.test"), []);

    [Fact]
    public Task Wrong_name_of_a_server_certificate_as_anchor_is_refused()
    {
        var other = Root.Issue("other.test");

        return AssertRefusedAsync("the certificate is for another name (DNS:other.test)", [other], other, []);
    }

    [Fact]
    public Task Certificate_for_clients_is_refused() => AssertRefusedAsync(
        "the certificate is not for servers (extended key usage)", [Root.Certificate], Root.Issue("server.test", usage: ClientAuthentication), []);

    [Fact]
    public Task Certificate_for_clients_as_anchor_is_refused()
    {
        var client = Root.Issue("server.test", usage: ClientAuthentication);

        return AssertRefusedAsync("the certificate is not for servers (extended key usage)", [client], client, []);
    }

    [Fact]
    public Task Certificate_without_extended_key_usage_is_trusted() =>
        AssertTrustedAsync([Intermediate.Certificate], Intermediate.Issue("server.test", usage: null), [Intermediate.Certificate]);

    [Fact]
    public void Machine_list_does_not_have_a_private_authority() => Assert.Equal(
        "no authority that this machine trusts issued the certificate (it names 'intermediate')",
        Assert.Throws<ServerCertificateException>(
            () => TrustAnchors.Machine.Verify(Leaf, [Intermediate.Certificate, Root.Certificate], hasName: true, Now, acceptsNotYetValid: false)).Message);

    [Fact]
    public void Load_bundle_with_comments_and_a_key_reads_its_certificates()
    {
        using var folder = new TempDirectory();
        var path = Path.Combine(folder.Path, "ca.pem");
        File.WriteAllText(path, $"# our authorities\n{Root.Certificate.ExportCertificatePem()}\n{Root.Key.ExportPkcs8PrivateKeyPem()}\nmore text\n{Intermediate.Certificate.ExportCertificatePem()}\n");

        Assert.True(TrustAnchors.Load(path).Verify(Leaf, [], hasName: true, Now, acceptsNotYetValid: false));
    }

    [Fact]
    public void Load_missing_file_says_so()
    {
        using var folder = new TempDirectory();
        var path = Path.Combine(folder.Path, "ca.pem");

        Assert.Equal($"there is no file '{path}'", Assert.Throws<StorageException>(() => TrustAnchors.Load(path)).Message);
    }

    [Theory]
    [InlineData("", "it holds no certificate in PEM")]
    [InlineData("-----BEGIN CERTIFICATE-----\n", "it holds no certificate in PEM")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "a certificate in it is damaged")]
    public void Parse_unusable_text_says_why(string pem, string expected) =>
        Assert.Equal(expected, Assert.Throws<FormatException>(() => TrustAnchors.Parse(pem)).Message);

    private static async Task AssertTrustedAsync(X509Certificate2Collection anchors, X509Certificate2 server, X509Certificate2Collection sent) =>
        Assert.Null(await ConnectAsync(anchors, server, sent));

    private static async Task AssertRefusedAsync(string expected, X509Certificate2Collection anchors, X509Certificate2 server, X509Certificate2Collection sent) =>
        Assert.Equal(expected, await ConnectAsync(anchors, server, sent));

    /// <summary>Connects to a TLS server on the loopback; returns why its certificate was refused, or null.</summary>
    private static async Task<string?> ConnectAsync(
        X509Certificate2Collection anchors, X509Certificate2 server, X509Certificate2Collection sent, bool isClockSlow = false)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, SslStreamCertificateContext.Create(server, sent, offline: true), deadline.Token);
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, deadline.Token);
        await using var stream = new SslStream(client.GetStream());
        var trust = TrustAnchors.Parse(string.Join('\n', anchors.Select(anchor => anchor.ExportCertificatePem())));
        var tls = new SslClientAuthenticationOptions
        {
            TargetHost = "server.test",
            CertificateChainPolicy = trust.CreatePolicy(),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => trust.Verify(
                (X509Certificate2)certificate!,
                chain!.ChainPolicy.ExtraStore,
                !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch),
                Now,
                isClockSlow),
        };
        try
        {
            await stream.AuthenticateAsClientAsync(tls, deadline.Token);
            return null;
        }
        catch (ServerCertificateException failure)
        {
            return failure.Message;
        }
        finally
        {
            client.Close();
            await serving;
        }
    }

    private static async Task ServeAsync(TcpListener listener, SslStreamCertificateContext certificate, CancellationToken cancellationToken)
    {
        using var connection = await listener.AcceptTcpClientAsync(cancellationToken);
        await using var stream = new SslStream(connection.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = certificate }, cancellationToken);
            await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or AuthenticationException)
        {
            // The client refused the certificate.
        }
    }

    /// <summary>An authority, valid around <see cref="Now"/>, and what it issues.</summary>
    private sealed record TestIssuer(X509Certificate2 Certificate, ECDsa Key)
    {
        private static int _serial;

        public static TestIssuer CreateRoot(string name, DateTimeOffset? until = null, bool hasKeyIdentifier = true)
        {
            var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = AuthorityRequest(name, key, hasKeyIdentifier);
            return new TestIssuer(request.CreateSelfSigned(Now.AddYears(-2), until ?? Now.AddYears(2)), key);
        }

        public static X509Certificate2 SelfSign(string name)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return ServerRequest(name, key, ServerAuthentication).CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
        }

        public TestIssuer CreateIntermediate(string name, DateTimeOffset? until = null, ECDsa? key = null)
        {
            key ??= ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return new TestIssuer(Sign(AuthorityRequest(name, key, hasKeyIdentifier: true), Now.AddYears(-1), until ?? Now.AddYears(1), Key), key);
        }

        public X509Certificate2 Issue(
            string name, DateTimeOffset? from = null, DateTimeOffset? until = null, string? usage = ServerAuthentication, ECDsa? signer = null)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var certificate = Sign(ServerRequest(name, key, usage), from ?? Now.AddDays(-2), until ?? Now.AddDays(90), signer ?? Key);
            using var withKey = certificate.CopyWithPrivateKey(key);

            // The server of the test needs a key that is not ephemeral on some platforms; this form works everywhere.
            return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
        }

        private X509Certificate2 Sign(CertificateRequest request, DateTimeOffset from, DateTimeOffset until, ECDsa signer)
        {
            if (Certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is { } identifier)
            {
                request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier));
            }

            return request.Create(
                Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(signer), from, until, BitConverter.GetBytes(Interlocked.Increment(ref _serial)));
        }

        private static CertificateRequest AuthorityRequest(string name, ECDsa key, bool hasKeyIdentifier)
        {
            var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
            if (hasKeyIdentifier)
            {
                request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
            }

            return request;
        }

        private static CertificateRequest ServerRequest(string name, ECDsa key, string? usage)
        {
            var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(name);
            request.CertificateExtensions.Add(names.Build());
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
            if (usage is not null)
            {
                request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
            }

            return request;
        }
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Primitives.Tls;

/// <summary>
/// The certificates that a server's certificate must lead to: those of a PEM file, or the machine's own list. As with curl, kubectl and skopeo, each certificate
/// of the file is trusted: a root, an intermediate authority, or the server's own certificate. Nothing is downloaded and no revocation list is read.
/// </summary>
public sealed class TrustAnchors
{
    private const int MaxBytes = 4 << 20;
    private const int MaxNameLength = 200;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly X509Certificate2Collection? _anchors;

    private TrustAnchors(X509Certificate2Collection? anchors) => _anchors = anchors;

    /// <summary>The authorities that the machine trusts.</summary>
    public static TrustAnchors Machine { get; } = new(null);

    /// <summary>
    /// Reads a PEM file with one certificate or more. Throws <see cref="FormatException"/> for other content, and <see cref="StorageException"/> when the file
    /// cannot be read; their messages say so in words for operators.
    /// </summary>
    public static TrustAnchors Load(string path) =>
        Parse(Encoding.UTF8.GetString(BoundedFile.Read(path, MaxBytes) ?? throw new StorageException("FileUnreadable", $"there is no file '{path}'") { Subject = path }));

    /// <summary>Reads PEM text with one certificate or more. Throws <see cref="FormatException"/> for anything else.</summary>
    public static TrustAnchors Parse(string pem)
    {
        var anchors = new X509Certificate2Collection();
        try
        {
            // Editors of Windows begin a text with a byte order mark, before which no PEM is found.
            anchors.ImportFromPem(pem.AsSpan().TrimStart('\uFEFF'));
        }
        catch (CryptographicException failure)
        {
            throw new FormatException("a certificate in it is damaged", failure);
        }

        return anchors.Count > 0 ? new TrustAnchors(anchors) : throw new FormatException("it holds no certificate in PEM");
    }

    /// <summary>The policy for the TLS library's own chain: it must not download certificates or use other anchors either.</summary>
    public X509ChainPolicy CreatePolicy() => CreatePolicy(_anchors);

    /// <summary>
    /// Checks a server's certificate. Returns true, as a callback of the TLS library must, or throws <see cref="ServerCertificateException"/>. An HTTP handler puts
    /// that into its own exception as the cause, and a TLS stream throws it as it is.
    /// </summary>
    /// <param name="certificate">The server's certificate; null if it sent none.</param>
    /// <param name="sent">The other certificates that the server sent (in a callback of the TLS library: <c>chain.ChainPolicy.ExtraStore</c>).</param>
    /// <param name="hasName">Whether the certificate is for the server's name, as the TLS library found.</param>
    /// <param name="now">The time at which the certificates must be valid.</param>
    /// <param name="acceptsNotYetValid">Whether a certificate that begins later is accepted, because the clock may be slow.</param>
    public bool Verify(X509Certificate2? certificate, X509Certificate2Collection sent, bool hasName, DateTimeOffset now, bool acceptsNotYetValid)
    {
        ArgumentNullException.ThrowIfNull(sent);
        var fault = certificate is null ? "the server sent no certificate"
            : hasName ? FindFault(certificate, sent, now, acceptsNotYetValid)
            : $"the certificate is for another name ({Names(certificate)})";
        return fault is null ? true : throw new ServerCertificateException(fault);
    }

    private string? FindFault(X509Certificate2 certificate, X509Certificate2Collection sent, DateTimeOffset now, bool acceptsNotYetValid)
    {
        var begin = new DateTimeOffset(certificate.NotBefore.ToUniversalTime());
        var time = acceptsNotYetValid && begin > now ? begin : now;
        var fault = FindFault(_anchors, certificate, sent, time);

        // The chain builder takes the first of several authorities with the same name, as after the renewal of a key.
        return fault is not null && SameNames().Any(anchor => FindFault([anchor], certificate, sent, time) is null) ? null : fault;
    }

    private static string? FindFault(X509Certificate2Collection? anchors, X509Certificate2 certificate, X509Certificate2Collection sent, DateTimeOffset time)
    {
        using var chain = new X509Chain { ChainPolicy = CreatePolicy(anchors) };
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = time.UtcDateTime;
        chain.ChainPolicy.ExtraStore.AddRange(sent);

        // What is above the anchor does not matter, so the verdict on the chain as a whole does not count.
        var isComplete = chain.Build(certificate);
        var elements = chain.ChainElements.ToList();
        var anchor = elements.FindIndex(element => IsAnchor(anchors, element.Certificate, isServer: ReferenceEquals(element, elements[0])));
        if (anchor < 0 && isComplete)
        {
            return null;
        }

        elements = [.. elements.Take(anchor < 0 ? elements.Count : anchor + 1)];
        var faults = elements.SelectMany(element => element.ChainElementStatus).Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);

        // The builder does not check the time of an anchor that another authority has issued.
        faults |= elements.TrueForAll(element => IsTimely(element.Certificate, time)) ? X509ChainStatusFlags.NoError : X509ChainStatusFlags.NotTimeValid;
        faults &= anchor < 0 ? faults : ~(X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain);
        return faults switch
        {
            X509ChainStatusFlags.NoError when anchor >= 0 => null,
            _ when faults.HasFlag(X509ChainStatusFlags.NotSignatureValid) => "the certificate's signature is not by the authority that it names",
            _ when anchor < 0 => $"{(anchors is null ? "no authority that this machine trusts" : "no configured authority")} issued the certificate (it names '{Shown(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true))}')",
            _ when faults.HasFlag(X509ChainStatusFlags.NotTimeValid) => TimeFault(certificate, time),
            _ when faults.HasFlag(X509ChainStatusFlags.NotValidForUsage) => "the certificate is not for servers (extended key usage)",
            _ => $"the certificate or one of its authorities breaks a rule for certificates ({faults})",
        };
    }

    private IEnumerable<X509Certificate2> SameNames() =>
        (_anchors ?? []).GroupBy(anchor => Convert.ToHexString(anchor.SubjectName.RawData)).Where(group => group.Count() > 1).SelectMany(group => group);

    private static bool IsTimely(X509Certificate2 certificate, DateTimeOffset time) =>
        certificate.NotBefore.ToUniversalTime() <= time.UtcDateTime && time.UtcDateTime <= certificate.NotAfter.ToUniversalTime();

    // An authority is a name and a key: the server may send another certificate of the same authority, a cross-signed one for instance.
    private static bool IsAnchor(X509Certificate2Collection? anchors, X509Certificate2 certificate, bool isServer) => anchors?.Any(anchor => isServer
        ? anchor.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span)
        : anchor.SubjectName.RawData.AsSpan().SequenceEqual(certificate.SubjectName.RawData)
            && anchor.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(certificate.PublicKey.ExportSubjectPublicKeyInfo())) == true;

    private static X509ChainPolicy CreatePolicy(X509Certificate2Collection? anchors)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = anchors is null ? X509ChainTrustMode.System : X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(anchors ?? []);
        policy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        return policy;
    }

    private static string TimeFault(X509Certificate2 certificate, DateTimeOffset time) =>
        certificate.NotAfter.ToUniversalTime() < time.UtcDateTime ? string.Create(CultureInfo.InvariantCulture, $"the certificate expired on {certificate.NotAfter.ToUniversalTime():u}")
        : certificate.NotBefore.ToUniversalTime() > time.UtcDateTime ? string.Create(CultureInfo.InvariantCulture, $"the certificate is not valid before {certificate.NotBefore.ToUniversalTime():u}, and it is {time.UtcDateTime:u} now")
        : "an authority of the certificate has expired or is not valid yet";

    private static string Names(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is { } names ? Shown(names.Format(multiLine: false)) : "it has none";

    // A stranger wrote these texts.
    private static string Shown(string text) => string.Concat(text.Take(MaxNameLength).Select(letter => char.IsControl(letter) ? '?' : letter));
}

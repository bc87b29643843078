using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeSync.Agent.Failures;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Agent.Enrolment;

/// <summary>
/// The site's two keys and what HQ gave for them, in a folder that only the agent may enter: the ledger key signs acknowledgements, the client
/// key logs in to the broker. Neither ever leaves the site. What is there is used again.
/// </summary>
internal sealed class SiteIdentity(string directory)
{
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string LedgerKeyFile { get; } = Path.Combine(directory, "ledger.key");

    /// <summary>The public half of a ledger key that is in hardware, in place of <see cref="LedgerKeyFile"/>.</summary>
    public string HardwareKeyFile { get; } = Path.Combine(directory, "ledger-hardware.pub");

    /// <summary>The ledger key that takes the place of the other one as soon as HQ knows it.</summary>
    public string NextLedgerKeyFile { get; } = Path.Combine(directory, "ledger-next.key");

    public string ClientKeyFile { get; } = Path.Combine(directory, "client.key");

    public string CertificateFile { get; } = Path.Combine(directory, "client.pem");

    /// <summary>The authority that signed <see cref="CertificateFile"/>.</summary>
    public string AuthorityFile { get; } = Path.Combine(directory, "hq-ca.pem");

    /// <summary>The authority of the broker's own certificate.</summary>
    public string BrokerAuthorityFile { get; } = Path.Combine(directory, "broker-ca.pem");

    /// <summary>Where HQ said that the broker is.</summary>
    public string BrokerFile { get; } = Path.Combine(directory, "broker.url");

    /// <summary>Where HQ itself is, for renewals.</summary>
    public string HqFile { get; } = Path.Combine(directory, "hq.url");

    /// <summary>Who may have signed HQ's own certificate; not there where it is the machine's list.</summary>
    public string HqAuthorityFile { get; } = Path.Combine(directory, "hq-web-ca.pem");

    /// <summary>The public half of the ledger key, PEM; the key is made if it is not there yet.</summary>
    public async Task<string> EnsureLedgerKeyAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(HardwareKeyFile) && !File.Exists(LedgerKeyFile))
        {
            throw OtherLedgerKey(HardwareKeyFile, "is in hardware", "Name it again: --ledger-key tpm2:… or pkcs11:…; with --new-ledger-key a file takes its place, and the ledger begins anew.");
        }

        using var key = await EnsureKeyAsync(LedgerKeyFile, cancellationToken);
        return key.PublicKey.ToPem();
    }

    /// <summary>The public half of a new ledger key, PEM; the one that a run made which was cut short, or else one that is made now.</summary>
    public async Task<string> EnsureNextLedgerKeyAsync(CancellationToken cancellationToken)
    {
        using var key = await EnsureKeyAsync(NextLedgerKeyFile, cancellationToken);
        return key.PublicKey.ToPem();
    }

    /// <summary>The public half of a new ledger key in hardware, PEM, after it was asked to sign once.</summary>
    public static async Task<string> TryHardwareKeyAsync(HardwareLedgerKey hardware, string? publicKeyFile, CancellationToken cancellationToken)
    {
        var publicKey = publicKeyFile is null
            ? SigningKey.ReadPublicKey(hardware.Address)
            : await VerificationKeyFile.LoadAsync(publicKeyFile, cancellationToken);
        using var key = SigningKey.InHardware(hardware.Address, publicKey);
        key.Sign("EdgeSync asks this key whether it signs"u8, SignatureScheme.Envelope);
        return publicKey.ToPem();
    }

    /// <summary>Puts the new ledger key, which HQ knows now, in the place of the old one, which is gone after that; a file again where it is null.</summary>
    public async Task ReplaceLedgerKeyAsync(string? hardwarePublicKey, CancellationToken cancellationToken)
    {
        if (hardwarePublicKey is not null)
        {
            await WriteAsync(HardwareKeyFile, hardwarePublicKey, cancellationToken);
            DeleteKey(LedgerKeyFile);
        }
        else
        {
            await WriteAsync(LedgerKeyFile, await File.ReadAllTextAsync(NextLedgerKeyFile, cancellationToken), cancellationToken);
            await WriteAsync(
                PublicHalf(LedgerKeyFile), await File.ReadAllTextAsync(PublicHalf(NextLedgerKeyFile), cancellationToken), cancellationToken);
            File.Delete(HardwareKeyFile);
        }

        DeleteKey(NextLedgerKeyFile);
    }

    /// <summary>
    /// The public half of a ledger key in hardware, PEM. It is asked to sign once, so that what does not work is told while somebody is here; and its
    /// public half is kept, so that no other key takes its place later.
    /// </summary>
    public async Task<string> EnsureLedgerKeyAsync(HardwareLedgerKey hardware, CancellationToken cancellationToken)
    {
        if (File.Exists(LedgerKeyFile))
        {
            throw OtherLedgerKey(LedgerKeyFile, $"is the file '{LedgerKeyFile}'", "With --new-ledger-key the other one takes its place, and the ledger begins anew.");
        }

        var known = File.Exists(HardwareKeyFile) ? HardwareKeyFile : hardware.PublicKeyFile;
        var publicKey = await TryHardwareKeyAsync(hardware, known, cancellationToken);
        CreateDirectory();
        await WriteAsync(HardwareKeyFile, publicKey, cancellationToken);
        return publicKey;
    }

    /// <summary>The public half of the ledger key in hardware, as it was when the site enrolled.</summary>
    public async Task<VerificationKey> LoadHardwareKeyAsync(CancellationToken cancellationToken) => File.Exists(HardwareKeyFile)
        ? await VerificationKeyFile.LoadAsync(HardwareKeyFile, cancellationToken)
        : throw new AgentException("LedgerKeyNotEnrolled", $"the ledger key is in hardware, and its public half is not known: '{HardwareKeyFile}' is missing")
        {
            Subject = HardwareKeyFile,
            ExitCode = ExitCodes.BadConfiguration,
            Hint = "Run 'edgesync enroll https://HQ --ledger-key …', which keeps it.",
        };

    /// <summary>The client key, made if it is not there yet. The caller disposes it.</summary>
    public async Task<ECDsa> EnsureClientKeyAsync(CancellationToken cancellationToken)
    {
        using var key = await EnsureKeyAsync(ClientKeyFile, cancellationToken);
        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportFromPem(key.ToPem(password: null));
            return ecdsa;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            ecdsa.Dispose();
            throw new AgentException("IdentityDamaged", $"'{ClientKeyFile}' holds no ECDSA key", failure)
            {
                Subject = ClientKeyFile,
                Hint = "Move the file away and enroll again with a new token.",
            };
        }
    }

    /// <summary>The broker, if an earlier run came to its end with this client key and the certificate is still good; else null.</summary>
    public async Task<string?> FindEnrolmentAsync(ECDsa clientKey, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!File.Exists(BrokerFile) || !File.Exists(CertificateFile))
        {
            return null;
        }

        using var certificate = SiteCertificate.Parse(await File.ReadAllTextAsync(CertificateFile, cancellationToken));
        return certificate is not null && SiteCertificate.IsFor(certificate, clientKey) && certificate.NotAfter.ToUniversalTime() > now
            ? (await File.ReadAllTextAsync(BrokerFile, cancellationToken)).Trim()
            : null;
    }

    /// <summary>Keeps what HQ gave. The broker's URL goes last: where it is, all else is.</summary>
    public async Task SaveAsync(SiteCertificate received, CancellationToken cancellationToken)
    {
        await WriteAsync(AuthorityFile, received.Authority, cancellationToken);
        await WriteAsync(BrokerAuthorityFile, received.BrokerAuthority, cancellationToken);
        await WriteAsync(CertificateFile, received.Certificate, cancellationToken);
        await WriteAsync(BrokerFile, received.Broker + "\n", cancellationToken);
    }

    /// <summary>Keeps the way to HQ, so that certificates can be renewed with nobody here.</summary>
    public async Task SaveHqAsync(Uri address, string? caFile, CancellationToken cancellationToken)
    {
        if (caFile is null)
        {
            File.Delete(HqAuthorityFile);
        }
        else if (Path.GetFullPath(caFile) != Path.GetFullPath(HqAuthorityFile))
        {
            await WriteAsync(HqAuthorityFile, await File.ReadAllTextAsync(caFile, cancellationToken), cancellationToken);
        }

        await WriteAsync(HqFile, address.OriginalString + "\n", cancellationToken);
    }

    /// <summary>HQ as it was at the enrolment; null where that was not kept. The caller disposes it.</summary>
    public EnrolmentClient? ConnectToHq(TimeProvider time) => File.Exists(HqFile)
        ? new EnrolmentClient(File.ReadAllText(HqFile).Trim(), File.Exists(HqAuthorityFile) ? HqAuthorityFile : null, time)
        : null;

    /// <summary>The certificate that the site shows now, or null where there is none that can be read. The caller disposes it.</summary>
    public X509Certificate2? ReadCertificate() => File.Exists(CertificateFile) ? SiteCertificate.Parse(File.ReadAllText(CertificateFile)) : null;

    private static AgentException OtherLedgerKey(string file, string where, string hint) => new("LedgerKeyElsewhere", $"this site has a ledger key already, which {where}")
    {
        Subject = file,
        ExitCode = ExitCodes.BadConfiguration,
        Hint = hint,
    };

    private static string PublicHalf(string keyFile) => Path.ChangeExtension(keyFile, ".pub");

    private static void DeleteKey(string keyFile)
    {
        File.Delete(keyFile);
        File.Delete(PublicHalf(keyFile));
    }

    private static Task WriteAsync(string path, string text, CancellationToken cancellationToken) =>
        DurableFile.WriteAsync(path, Encoding.UTF8.GetBytes(text), DurableFile.PrivateMode, cancellationToken);

    private async Task<SigningKey> EnsureKeyAsync(string path, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
        {
            return await SigningKeyFile.LoadAsync(path, password: null, cancellationToken);
        }

        CreateDirectory();
        var prefix = path[..^".key".Length];

        // A public half alone is what a cut between the two writes left; nobody has seen it.
        File.Delete(prefix + ".pub");
        using var key = SigningKey.Create(path);
        await SigningKeyFile.SaveNewAsync(key, prefix, password: null, cancellationToken);
        return await SigningKeyFile.LoadAsync(path, password: null, cancellationToken);
    }

    private void CreateDirectory()
    {
        try
        {
            Directory.CreateDirectory(directory, OnlyOwner);
            File.SetUnixFileMode(directory, OnlyOwner);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AgentException("EnrolmentCannotWrite", $"cannot make '{directory}': {failure.Message}", failure) { Hint = "Run enroll as root." };
        }
    }
}

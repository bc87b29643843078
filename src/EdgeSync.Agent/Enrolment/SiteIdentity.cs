using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeSync.Agent.Failures;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Agent.Enrolment;

/// <summary>
/// The site's two keys and the certificates that HQ issued, in a folder that only the agent may enter. The ledger key signs acknowledgements, the client key
/// logs in to the broker. Neither leaves the site. Existing keys are used again.
/// </summary>
internal sealed class SiteIdentity(string directory)
{
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string LedgerKeyFile { get; } = Path.Combine(directory, "ledger.key");

    /// <summary>The public half of a ledger key in hardware, which replaces <see cref="LedgerKeyFile"/>.</summary>
    public string HardwareKeyFile { get; } = Path.Combine(directory, "ledger-hardware.pub");

    /// <summary>The ledger key that replaces the current one as soon as HQ knows it.</summary>
    public string NextLedgerKeyFile { get; } = Path.Combine(directory, "ledger-next.key");

    public string ClientKeyFile { get; } = Path.Combine(directory, "client.key");

    public string CertificateFile { get; } = Path.Combine(directory, "client.pem");

    /// <summary>The authority that signed <see cref="CertificateFile"/>.</summary>
    public string AuthorityFile { get; } = Path.Combine(directory, "hq-ca.pem");

    /// <summary>The authority of the broker's own certificate.</summary>
    public string BrokerAuthorityFile { get; } = Path.Combine(directory, "broker-ca.pem");

    /// <summary>The broker's URL from HQ.</summary>
    public string BrokerFile { get; } = Path.Combine(directory, "broker.url");

    /// <summary>HQ's own URL, for renewals.</summary>
    public string HqFile { get; } = Path.Combine(directory, "hq.url");

    /// <summary>The authorities of HQ's own certificate; missing if those of the machine are used.</summary>
    public string HqAuthorityFile { get; } = Path.Combine(directory, "hq-web-ca.pem");

    /// <summary>The public half of the ledger key, PEM; creates the key if it does not exist.</summary>
    public async Task<string> EnsureLedgerKeyAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(HardwareKeyFile) && !File.Exists(LedgerKeyFile))
        {
            throw OtherLedgerKey(HardwareKeyFile, "is in hardware", "Name it again: --ledger-key tpm2:… or pkcs11:…; with --new-ledger-key a file replaces it, and the site gets a new ledger.");
        }

        using var key = await EnsureKeyAsync(LedgerKeyFile, cancellationToken);
        return key.PublicKey.ToPem();
    }

    /// <summary>The public half of a new ledger key, PEM: the key of an interrupted run, or a key that is created now.</summary>
    public async Task<string> EnsureNextLedgerKeyAsync(CancellationToken cancellationToken)
    {
        using var key = await EnsureKeyAsync(NextLedgerKeyFile, cancellationToken);
        return key.PublicKey.ToPem();
    }

    /// <summary>The public half of a new ledger key in hardware, PEM, after one test signature.</summary>
    public static async Task<string> TryHardwareKeyAsync(HardwareLedgerKey hardware, string? publicKeyFile, CancellationToken cancellationToken)
    {
        var publicKey = publicKeyFile is null
            ? SigningKey.ReadPublicKey(hardware.Address)
            : await VerificationKeyFile.LoadAsync(publicKeyFile, cancellationToken);
        using var key = SigningKey.InHardware(hardware.Address, publicKey);
        key.Sign("EdgeSync asks this key whether it signs"u8, SignatureScheme.Envelope);
        return publicKey.ToPem();
    }

    /// <summary>Replaces the old ledger key by the new one, which HQ knows now, and deletes the old one. With null, the new key is <see cref="NextLedgerKeyFile"/>.</summary>
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
    /// The public half of a ledger key in hardware, PEM. The key makes one test signature, so that a fault shows while somebody is at the site; and its public
    /// half is stored, so that no other key can replace it later.
    /// </summary>
    public async Task<string> EnsureLedgerKeyAsync(HardwareLedgerKey hardware, CancellationToken cancellationToken)
    {
        if (File.Exists(LedgerKeyFile))
        {
            throw OtherLedgerKey(LedgerKeyFile, $"is the file '{LedgerKeyFile}'", "With --new-ledger-key the other one replaces it, and the site gets a new ledger.");
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

    /// <summary>The client key; creates it if it does not exist. The caller disposes it.</summary>
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

    /// <summary>The broker, if an earlier run finished with this client key and the certificate is still valid; otherwise null.</summary>
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

    /// <summary>Stores HQ's answer. The broker's URL is written last: if it exists, everything else does.</summary>
    public async Task SaveAsync(SiteCertificate received, CancellationToken cancellationToken)
    {
        await WriteAsync(AuthorityFile, received.Authority, cancellationToken);
        await WriteAsync(BrokerAuthorityFile, received.BrokerAuthority, cancellationToken);
        await WriteAsync(CertificateFile, received.Certificate, cancellationToken);
        await WriteAsync(BrokerFile, received.Broker + "\n", cancellationToken);
    }

    /// <summary>Stores HQ's address and authorities for renewals.</summary>
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

    /// <summary>A client for HQ as it was at the enrolment; null if its address was not stored. The caller disposes it.</summary>
    public EnrolmentClient? ConnectToHq(TimeProvider time) => File.Exists(HqFile)
        ? new EnrolmentClient(File.ReadAllText(HqFile).Trim(), File.Exists(HqAuthorityFile) ? HqAuthorityFile : null, time)
        : null;

    /// <summary>The site's current certificate, or null if none can be read. The caller disposes it.</summary>
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

        // A public half without a key is left by an interruption between the two writes; nobody has used it.
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

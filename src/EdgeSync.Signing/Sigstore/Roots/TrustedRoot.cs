using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Signing.Sigstore.Roots;

/// <summary>
/// The contents of Sigstore's <c>trusted_root.json</c>: certificate and timestamp authorities, transparency and certificate transparency logs,
/// each with the time in which it is trusted. Immutable, and safe for use by several threads at once.
/// </summary>
public sealed class TrustedRoot
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    internal TrustedRoot(
        IReadOnlyList<TrustedLog> logs,
        IReadOnlyList<TrustedLog> certificateLogs,
        IReadOnlyList<TrustedAuthority> certificateAuthorities,
        IReadOnlyList<TrustedAuthority> timestampAuthorities)
    {
        Logs = logs;
        CertificateLogs = certificateLogs;
        CertificateAuthorities = certificateAuthorities;
        TimestampAuthorities = timestampAuthorities;
    }

    /// <summary>An empty root: for signatures with a key that need no logs.</summary>
    public static TrustedRoot Empty { get; } = new([], [], [], []);

    internal IReadOnlyList<TrustedLog> Logs { get; }

    internal IReadOnlyList<TrustedLog> CertificateLogs { get; }

    internal IReadOnlyList<TrustedAuthority> CertificateAuthorities { get; }

    internal IReadOnlyList<TrustedAuthority> TimestampAuthorities { get; }

    /// <summary>
    /// Reads a root strictly: no duplicate members, each period with its start, every certificate complete. Where it is false,
    /// <paramref name="problem"/> says why.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8Json, [NotNullWhen(true)] out TrustedRoot? root, out string problem)
    {
        try
        {
            root = TrustedRootReader.Read(utf8Json);
            problem = "";
            return true;
        }
        catch (Exception failure) when (failure is FormatException or CryptographicException)
        {
            root = null;
            problem = FaultText.Describe(failure);
            return false;
        }
    }

    /// <summary>As <see cref="TryParse"/>, but throws <see cref="SigningException"/> that says what is wrong with the file called so.</summary>
    public static TrustedRoot Parse(ReadOnlySpan<byte> utf8Json, string name) =>
        TryParse(utf8Json, out var root, out var problem)
            ? root
            : throw new SigningException(SigningReasons.TrustedRootInvalid, $"the trusted root '{name}' cannot be used: {problem}") { Subject = name };
}

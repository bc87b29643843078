using System.Globalization;
using System.Security.Cryptography;

namespace EdgeSync.Hq.Authentication;

/// <summary>Hashes passwords for storage as <c>pbkdf2-sha256$iterations$salt$hash</c>, with salt and hash in Base64.</summary>
internal static class PasswordHash
{
    /// <summary>The number that OWASP recommends for PBKDF2 with SHA-256.</summary>
    public const int Iterations = 600_000;
    public const int MinLength = 12;
    public const int MaxLength = 256;

    private const string Scheme = "pbkdf2-sha256";
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    /// <summary>The hash of a random password. HQ checks it for an unknown user, so that the answer takes as long as for a known one.</summary>
    public static string OfUnknownUser { get; } = Create(Convert.ToBase64String(RandomNumberGenerator.GetBytes(HashBytes)));

    public static string Create(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var hash = Derive(password, salt, Iterations, HashBytes);
        return string.Create(CultureInfo.InvariantCulture, $"{Scheme}${Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");
    }

    public static bool Matches(string password, string stored)
    {
        if (password.Length > MaxLength || stored.Split('$') is not [Scheme, var iterations, var salt, var hash])
        {
            return false;
        }

        var expected = Convert.FromBase64String(hash);
        var actual = Derive(password, Convert.FromBase64String(salt), int.Parse(iterations, CultureInfo.InvariantCulture), expected.Length);
        return CryptographicOperations.FixedTimeEquals(actual, expected);
    }

    private static byte[] Derive(string password, byte[] salt, int iterations, int length) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, length);
}

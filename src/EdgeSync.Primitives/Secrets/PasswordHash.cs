using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace EdgeSync.Primitives.Secrets;

/// <summary>Hashes passwords and PINs for storage as <c>pbkdf2-sha256$iterations$salt$hash</c>, with salt and hash in Base64.</summary>
public static class PasswordHash
{
    /// <summary>The number that OWASP recommends for PBKDF2 with SHA-256.</summary>
    public const int Iterations = 600_000;

    /// <summary>The most characters of a password.</summary>
    public const int MaxLength = 256;

    private const string Scheme = "pbkdf2-sha256";
    private const int SaltBytes = 16;
    private const int HashBytes = 32;
    private const int MaxIterations = 10 * Iterations;

    /// <summary>The text to store, with a new salt.</summary>
    public static string Create(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var hash = Derive(password, salt, Iterations, HashBytes);
        return string.Create(CultureInfo.InvariantCulture, $"{Scheme}${Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");
    }

    /// <summary>Whether this is a text that <see cref="Create"/> made.</summary>
    public static bool IsHash(string stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return stored.Split('$') is [Scheme, var iterations, var salt, var hash]
            && int.TryParse(iterations, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= MaxIterations
            && Base64.IsValid(salt) && Base64.IsValid(hash, out var length) && length == HashBytes;
    }

    /// <summary>Whether the password is the one of the stored text; false for a text that is no hash. Takes the same time for every password.</summary>
    public static bool Matches(string password, string stored)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (password.Length > MaxLength || !IsHash(stored) || stored.Split('$') is not [_, var iterations, var salt, var hash])
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

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Testbed.Registries;

/// <summary>An htpasswd file with bcrypt hashes, the only kind that the registry takes.</summary>
internal static class PasswordFile
{
    private const string Alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static readonly Lock CryptLock = new();

    public static void Write(string path, IReadOnlyDictionary<string, string> users) =>
        File.WriteAllLines(path, users.Select(u => $"{u.Key}:{Hash(u.Value)}"));

    private static string Hash(string password)
    {
        // Cost 4 is the least that bcrypt has: the registry checks it at each request, and tests make many. The last of the 22
        // characters of salt carries two bits only, and '.' is a form of it that every reader accepts.
        var salt = $"$2b$04${RandomNumberGenerator.GetString(Alphabet, 21)}.";
        lock (CryptLock)
        {
            var hash = Marshal.PtrToStringUTF8(NativeMethods.Crypt(password, salt));
            return hash is not null && hash.StartsWith("$2b$", StringComparison.Ordinal)
                ? hash
                : throw new TestbedException("NoBcrypt", "libcrypt cannot make bcrypt hashes.");
        }
    }
}

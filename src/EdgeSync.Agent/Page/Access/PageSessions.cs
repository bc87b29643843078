using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EdgeSync.Agent.Page.Access;

/// <summary>
/// The browsers that have shown the PIN. They are in memory, as the hashes of random secrets: a restart of the agent asks for the PIN again, and so does a new PIN.
/// </summary>
internal sealed class PageSessions(TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private const int SecretBytes = 32;
    private const int MostSessions = 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Pin, long Since)> _open = new(StringComparer.Ordinal);

    /// <summary>Opens a session for the PIN with this hash, and returns its secret. Where there are too many, the oldest ends.</summary>
    public string Open(string pinHash)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        lock (_lock)
        {
            if (_open.Count >= MostSessions)
            {
                _open.Remove(_open.MinBy(session => session.Value.Since).Key);
            }

            _open[HashOf(secret)] = (pinHash, time.GetTimestamp());
        }

        return secret;
    }

    /// <summary>Whether the secret is of a session that is open, and was opened with this PIN.</summary>
    public bool IsOpen(string secret, string pinHash)
    {
        lock (_lock)
        {
            return _open.TryGetValue(HashOf(secret), out var session) && session.Pin == pinHash && time.GetElapsedTime(session.Since) < Lifetime;
        }
    }

    public void Close(string secret)
    {
        lock (_lock)
        {
            _open.Remove(HashOf(secret));
        }
    }

    private static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}

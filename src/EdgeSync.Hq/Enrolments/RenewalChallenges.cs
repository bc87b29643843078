using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Enrolments;

/// <summary>
/// Creates and checks the challenges for certificate renewals. A challenge is valid for one site, five minutes and one use. HQ stores only used challenges,
/// and using one takes a valid signature, so that nobody can fill the memory by requesting many. It is thread-safe.
/// </summary>
internal sealed class RenewalChallenges(TimeProvider clock)
{
    private const int HeadLength = 24;
    private const int Length = HeadLength + HMACSHA256.HashSizeInBytes;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _used = new(StringComparer.Ordinal);

    public string Create(SiteKey site)
    {
        Span<byte> challenge = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(challenge, clock.GetUtcNow().ToUnixTimeMilliseconds());
        RandomNumberGenerator.Fill(challenge[8..HeadLength]);
        Seal(challenge[..HeadLength], site).CopyTo(challenge[HeadLength..]);
        return Base64Url.EncodeToString(challenge);
    }

    /// <summary>Marks the challenge as used. Returns false if HQ did not issue it for this site, it is too old, or it was used before.</summary>
    public bool TryUse(string text, SiteKey site)
    {
        Span<byte> challenge = stackalloc byte[Length];
        if (text.Length > Length * 2
            || Base64Url.DecodeFromChars(text, challenge, out _, out var written) != OperationStatus.Done
            || written != Length
            || !CryptographicOperations.FixedTimeEquals(Seal(challenge[..HeadLength], site), challenge[HeadLength..]))
        {
            return false;
        }

        var now = clock.GetUtcNow();
        var age = now - DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(challenge));
        return age >= TimeSpan.Zero && age <= Lifetime && IsFirstUse(Convert.ToHexString(challenge), now);
    }

    private bool IsFirstUse(string challenge, DateTimeOffset now)
    {
        lock (_lock)
        {
            foreach (var old in _used.Where(u => now - u.Value > Lifetime).Select(u => u.Key).ToList())
            {
                _used.Remove(old);
            }

            return _used.TryAdd(challenge, now);
        }
    }

    private byte[] Seal(ReadOnlySpan<byte> head, SiteKey site) =>
        HMACSHA256.HashData(_secret, (byte[])[.. head, .. Encoding.UTF8.GetBytes(site.ToString())]);
}

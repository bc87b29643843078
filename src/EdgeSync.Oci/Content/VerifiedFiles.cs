using System.Collections.Concurrent;
using System.Security.Cryptography;
using EdgeSync.Primitives;
using Microsoft.Win32.SafeHandles;

namespace EdgeSync.Oci.Content;

/// <summary>
/// Remembers which files were hashed and found right, so that a large blob is not hashed for every request. What is remembered holds for
/// the very file (<see cref="FileIdentity"/>) and for a day: a disk that rots silently is caught at the latest then.
/// </summary>
internal sealed class VerifiedFiles(TimeProvider time)
{
    private const int ReadSize = 128 * 1024;
    private static readonly TimeSpan Trusted = TimeSpan.FromHours(24);

    private readonly ConcurrentDictionary<Digest, (FileIdentity File, long At)> _verified = new();

    /// <summary>Whether the open file has this content. Reads it from the start through the same handle, unless it is known.</summary>
    public async Task<bool> CheckAsync(SafeFileHandle file, Digest digest, CancellationToken cancellationToken)
    {
        var identity = FileIdentity.Of(file);
        if (_verified.TryGetValue(digest, out var known) && known.File == identity && time.GetElapsedTime(known.At) < Trusted)
        {
            return true;
        }

        var found = await HashAsync(file, cancellationToken);
        if (found != digest || FileIdentity.Of(file) != identity)
        {
            _verified.TryRemove(digest, out _);
            return false;
        }

        _verified[digest] = (identity, time.GetTimestamp());
        return true;
    }

    public void Forget(Digest digest) => _verified.TryRemove(digest, out _);

    private static async Task<Digest> HashAsync(SafeFileHandle file, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[ReadSize];
        for (var offset = 0L; ;)
        {
            var read = await RandomAccess.ReadAsync(file, buffer, offset, cancellationToken);
            if (read == 0)
            {
                return Digest.FromHash(hash.GetHashAndReset());
            }

            hash.AppendData(buffer, 0, read);
            offset += read;
        }
    }
}

using EdgeSync.Oci.Content;
using EdgeSync.Primitives;

namespace EdgeSync.Oci.Tests;

/// <summary>What happens to files on a bad disk.</summary>
internal static class Damage
{
    public static string PathOf(ContentStore store, Digest digest) => Path.Combine(store.Root, "blobs", "sha256", digest.Hex);

    /// <summary>Flips one bit in the middle, in place.</summary>
    public static void FlipBit(ContentStore store, Digest digest)
    {
        var path = PathOf(store, digest);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = file.Length / 2;
        var old = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(old ^ 1));
    }

    /// <summary>Keeps the first half only, as after a power cut.</summary>
    public static void Truncate(ContentStore store, Digest digest)
    {
        var path = PathOf(store, digest);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.SetLength(file.Length / 2);
    }
}

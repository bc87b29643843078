using System.Security.Cryptography;

namespace EdgeSync.Signing.Tests.Sigstore.World;

/// <summary>A Merkle tree as RFC 6962 defines it (section 2.1), by its recursive definition: slow, and independent of the verifier.</summary>
internal static class TestTree
{
    public static byte[] Head(IReadOnlyList<byte[]> leaves)
    {
        if (leaves.Count == 1)
        {
            return SHA256.HashData([0, .. leaves[0]]);
        }

        var split = Split(leaves.Count);
        return SHA256.HashData([1, .. Head([.. leaves.Take(split)]), .. Head([.. leaves.Skip(split)])]);
    }

    public static List<byte[]> Path(int index, IReadOnlyList<byte[]> leaves)
    {
        if (leaves.Count == 1)
        {
            return [];
        }

        var split = Split(leaves.Count);
        IReadOnlyList<byte[]> left = [.. leaves.Take(split)];
        IReadOnlyList<byte[]> right = [.. leaves.Skip(split)];
        return index < split
            ? [.. Path(index, left), Head(right)]
            : [.. Path(index - split, right), Head(left)];
    }

    private static int Split(int count)
    {
        var split = 1;
        while (split * 2 < count)
        {
            split *= 2;
        }

        return split;
    }
}

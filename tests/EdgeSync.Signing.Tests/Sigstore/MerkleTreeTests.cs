using EdgeSync.Signing.Sigstore.Logs;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Sigstore;

public sealed class MerkleTreeTests
{
    [Fact]
    public void Includes_EveryLeafOfEveryTreeUpTo33_IsTrueForThatLeafOnly()
    {
        for (var size = 1; size <= 33; size++)
        {
            var leaves = Enumerable.Range(0, size).Select(i => new[] { (byte)i }).ToList();
            var head = TestTree.Head(leaves);
            for (var index = 0; index < size; index++)
            {
                var path = TestTree.Path(index, leaves);
                for (var claimed = 0; claimed <= size; claimed++)
                {
                    Assert.Equal(claimed == index, MerkleTree.Includes(MerkleTree.LeafHash(leaves[index]), claimed, size, path, head));
                }

                Assert.False(MerkleTree.Includes(MerkleTree.LeafHash(leaves[index]), index, size, [.. path, head], head));
                Assert.False(MerkleTree.Includes(MerkleTree.LeafHash([0xff]), index, size, path, head));
            }
        }
    }

    [Fact]
    public void Includes_InnerNodeAsALeaf_IsRefused()
    {
        var leaves = Enumerable.Range(0, 4).Select(i => new[] { (byte)i }).ToList();
        var left = TestTree.Head([.. leaves.Take(2)]);
        var right = TestTree.Head([.. leaves.Skip(2)]);

        // The first byte distinguishes leaves from nodes, so the pair of hashes is not a leaf of a tree with one entry.
        Assert.False(MerkleTree.Includes(MerkleTree.LeafHash([.. left, .. right]), 0, 1, [], TestTree.Head(leaves)));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 0)]
    [InlineData(long.MaxValue, long.MaxValue)]
    [InlineData(long.MinValue, long.MaxValue)]
    public void Includes_OddNumbers_IsFalse(long index, long size) => Assert.False(MerkleTree.Includes(new byte[32], index, size, [], new byte[32]));
}

using System.IO.Compression;
using EdgeSync.Bundles.Archives;

namespace EdgeSync.Bundles.Tests.Archives;

/// <summary>A layer must be exactly one gzip member that is whole.</summary>
public sealed class HostileGzipTests
{
    private const string NotGzip = "it is not gzip";
    private const string HasFields = "its gzip header has fields that are not accepted";
    private static readonly byte[] Tar = new TarBytes().Entry("a.yaml", "kind: ConfigMap").End().ToArray();
    private static readonly byte[] Good = GzipWriter.Write(Tar);

    public static TheoryData<string, byte[], string> Hostile => new()
    {
        { "empty", [], NotGzip },
        { "plain tar", Tar, NotGzip },
        { "zstd", [0x28, 0xB5, 0x2F, 0xFD, .. new byte[20]], NotGzip },
        { "zlib", [0x78, 0x9C, .. new byte[20]], NotGzip },
        { "unknown method", Changed(2, 7), NotGzip },
        { "reserved flag", Changed(3, 0x80), HasFields },
        { "header checksum", Changed(3, 2), HasFields },
        { "extra field", Changed(3, 4), HasFields },
        { "name without an end", [0x1F, 0x8B, 8, 8, 0, 0, 0, 0, 0, 3, .. "no end"u8], "its gzip header is cut off" },
        { "header only", Good[..10], "it is cut off" },
        { "cut off by one byte", Good[..^1], "" },
        { "cut off in the trailer", Good[..^5], "" },
        { "cut off in the middle", Good[..(Good.Length / 2)], "" },
        { "wrong checksum", Changed(Good.Length - 8, (byte)(Good[^8] ^ 1)), "its checksum or length is wrong" },
        { "wrong length", Changed(Good.Length - 4, (byte)(Good[^4] ^ 1)), "its checksum or length is wrong" },
        { "byte behind the end", [.. Good, 0], "" },
        { "zeros behind the end", [.. Good, .. new byte[512]], "" },
        { "second member", [.. Good, .. Good], "behind the end" },
        { "second member that repeats the trailer", [.. Good[..^8], .. Good[..^8], .. Good[^8..]], "behind the end" },
        { "garbage between content and trailer", [.. Good[..^8], 1, 2, 3, .. Good[^8..]], "behind the end" },
        { "block of a reserved type", [.. Good[..10], 0b111, 0, .. Good[^8..]], "its compression is damaged or cut off" },
        { "no final block", [.. Good[..10], 0, 0, 0, 0xFF, 0xFF, .. Good[^8..]], "" },
        { "distance before the begin", [.. Good[..10], 0x63, 0x01, 0x3E, 0x00, .. Good[^8..]], "" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Read_HostileGzip_IsRefused(string name, byte[] layer, string expected)
    {
        var failure = Assert.Throws<BundleException>(() => ContentArchiveReader.Read(layer, ArchiveDialect.Foreign));

        Assert.True(failure.Message.Contains(expected, StringComparison.Ordinal), $"{name}: {failure.Message}");
    }

    [Theory]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.SmallestSize)]
    [InlineData(CompressionLevel.NoCompression)]
    public void Read_GzipOfZlib_IsAccepted(CompressionLevel level)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level))
        {
            gzip.Write(Tar);
        }

        Assert.Single(ContentArchiveReader.Read(packed.ToArray(), ArchiveDialect.Bundle));
    }

    [Fact]
    public void Read_GzipWithName_IsAccepted()
    {
        byte[] named = [.. Good[..3], 8, .. Good[4..10], .. "layer.tar\0"u8, .. Good[10..]];

        Assert.Single(ContentArchiveReader.Read(named, ArchiveDialect.Foreign));
    }

    [Fact]
    public void Read_Bomb_IsStoppedAtTheRatio()
    {
        var layer = Pack(stream =>
        {
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i < 1024; i++)
            {
                stream.Write(zeros);
            }
        });
        var before = GC.GetAllocatedBytesForCurrentThread();

        var failure = Assert.Throws<BundleException>(() => ContentArchiveReader.Read(layer, ArchiveDialect.Bundle));

        // A gibibyte of zeros in a megabyte: the ratio stops it, after 200 MB that are looked at and never kept.
        Assert.Contains("more than", failure.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void Read_BombInAFile_IsStoppedAtTheRatio()
    {
        var layer = Pack(stream => stream.Write(new TarBytes().Entry("a.yaml"u8.ToArray(), new byte[ArchiveLimits.MaxFileSize]).End().ToArray()));

        var failure = Assert.Throws<BundleException>(() => ContentArchiveReader.Read(layer, ArchiveDialect.Bundle));

        Assert.Contains($"{ArchiveLimits.MaxRatio} times", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ManyFilesOfNoise_AreStoppedAtTheTotal()
    {
        var noise = new byte[ArchiveLimits.MaxFileSize];
        new Random(3).NextBytes(noise.AsSpan(0, noise.Length / 8));
        var layer = Pack(stream =>
        {
            for (var i = 0; i < 5; i++)
            {
                stream.Write(new TarBytes().Entry(System.Text.Encoding.ASCII.GetBytes($"{i}.yaml"), noise).ToArray());
            }
        });

        var failure = Assert.Throws<BundleException>(() => ContentArchiveReader.Read(layer, ArchiveDialect.Bundle));

        Assert.Contains($"{ArchiveLimits.MaxUnpackedSize} bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LayerThatIsTooLarge_IsNotUnpacked()
    {
        var failure = Assert.Throws<BundleException>(
            () => ContentArchiveReader.Read(new byte[ArchiveLimits.MaxPackedSize + 1], ArchiveDialect.Bundle));

        Assert.Contains($"{ArchiveLimits.MaxPackedSize} bytes", failure.Message, StringComparison.Ordinal);
    }

    private static byte[] Changed(int offset, byte value)
    {
        var bytes = Good.ToArray();
        bytes[offset] = value;
        return bytes;
    }

    private static byte[] Pack(Action<Stream> write)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            write(gzip);
        }

        return packed.ToArray();
    }
}

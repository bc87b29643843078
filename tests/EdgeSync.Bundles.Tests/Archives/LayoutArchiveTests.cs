using EdgeSync.Bundles.Archives;
using EdgeSync.Testing;

namespace EdgeSync.Bundles.Tests.Archives;

public sealed class LayoutArchiveTests : IDisposable
{
    private const int MaxBlob = 4096;

    private static readonly string Blob = "blobs/sha256/" + new string('a', 64);
    private static readonly string Other = "blobs/sha256/" + new string('b', 64);

    private readonly TempDirectory _folder = new();

    public static TheoryData<string> Refused => [.. Hostile.Keys];

    private static Dictionary<string, (TarBytes Archive, string Words)> Hostile { get; } = new()
    {
        ["nothing"] = (new TarBytes(), "without its end mark"),
        ["one block of zeros"] = (new TarBytes().End(1), "without its end mark"),
        ["no end"] = (new TarBytes().Entry(Blob, "x"), "without its end mark"),
        ["content behind the end"] = (new TarBytes().End().Entry(Blob, "x").End(), "behind its end"),
        ["a zip"] = (new TarBytes().Raw([(byte)'P', (byte)'K', 3, 4, .. new byte[508]]).End(), "not ustar"),
        ["half a block"] = (new TarBytes().Entry(Blob, "x").Raw(new byte[100]), "cut off in a block"),
        ["size beyond the archive"] = (new TarBytes().Entry(Blob, "short", size: 2000), "cut off"),
        ["size beyond the archive, of what is passed over"] = (new TarBytes().Entry("layer", "short", size: 2_000_000), "cut off"),
        ["wrong checksum"] = (new TarBytes().Entry(Blob, "x", sum: false).End(), "no checksum"),
        ["blob twice"] = (new TarBytes().Entry(Blob, "1").Entry(Blob, "2").End(), "appears twice"),
        ["blob twice in two spellings"] = (new TarBytes().Entry(Blob, "1").Entry("./" + Blob, "2").End(), "appears twice"),
        ["index twice"] = (new TarBytes().Entry("index.json", "1").Entry("index.json", "2").End(), "appears twice"),
        ["endless index"] = (new TarBytes().Entry("index.json", size: (16 << 20) + 1).End(), "more than 16777216 bytes"),
        ["symbolic link"] = (new TarBytes().Entry("index.json", type: '2', change: h => TarBytes.Put(h, 157, "/etc/passwd")).End(), "neither a file nor a folder"),
        ["hard link"] = (new TarBytes().Entry(Blob, type: '1', change: h => TarBytes.Put(h, 157, Other)).End(), "neither a file nor a folder"),
        ["device"] = (new TarBytes().Entry(Blob, type: '3').End(), "neither a file nor a folder"),
        ["sparse file"] = (new TarBytes().Entry(Blob, type: 'S').End(), "neither a file nor a folder"),
        ["long name of GNU at the end"] = (new TarBytes().Entry("././@LongLink", Blob + "\0", type: 'L').End(), "behind an extended header"),
        ["folder with content"] = (new TarBytes().Entry("blobs", "x", type: '5').End(), "neither a file nor a folder"),
        ["extended header of a size beyond the archive"] = (new TarBytes().Pax(("size", "5000")).Entry(Blob, "x").End(), "cut off"),
        ["extended header twice"] = (new TarBytes().Pax(("path", Blob)).Pax(("path", Other)).Entry("x").End(), "two extended headers"),
        ["extended header at the end"] = (new TarBytes().Pax(("path", Blob)).End(), "behind an extended header"),
        ["extended header without an end"] = (new TarBytes().Entry("pax", type: 'x', size: 1_100_000).End(), "more than 1048576 bytes"),
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Unpack_ArchiveOfALayout_WritesSmallBlobsUnderTheirOwnNames()
    {
        var archive = new TarBytes()
            .Entry("./", type: '5').Entry("./oci-layout", "{}").Entry("blobs/", type: '5').Entry("index.json", "[]")
            .Entry(Blob, "manifest").Pax(("path", Other), ("mtime", "1.5")).Entry("short", "other").Entry("ingest/x", "junk").Entry("manifest.json", "junk").End(20);

        Unpack(archive);

        Assert.Equal(["blobs", "index.json", "oci-layout"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("{}", File.ReadAllText(_folder["oci-layout"]));
        Assert.Equal("manifest", File.ReadAllText(_folder[Blob]));
        Assert.Equal("other", File.ReadAllText(_folder[Other]));
    }

    [Fact]
    public void Unpack_ArchiveOfAnotherTar_IsReadAlike()
    {
        Unpack(new TarBytes()
            .Pax(("SCHILY.xattr.user.x", "y"), ("uid", "4294967296")).Entry("./index.json", "[]")
            .Entry("././@LongLink", Blob + "\0", type: 'L').Entry("short", "manifest", change: h => h[108] = 0x80).End());

        Assert.Equal("manifest", File.ReadAllText(_folder[Blob]));
        Assert.True(File.Exists(_folder["index.json"]));
    }

    [Theory]
    [InlineData(MaxBlob, true)]
    [InlineData(MaxBlob + 1, false)]
    public void Unpack_BlobUpToTheBound_IsTaken(int size, bool isTaken)
    {
        Unpack(new TarBytes().Entry(Blob, new string('x', size)).Entry(Other, "behind").End());

        Assert.Equal(isTaken, File.Exists(_folder[Blob]));
        Assert.Equal("behind", File.ReadAllText(_folder[Other]));
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("/tmp/escaped")]
    [InlineData("blobs/sha256/../../../escaped")]
    [InlineData("blobs/sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("blobs/sha256/aaaa")]
    [InlineData("blobs/sha512/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("././index.json")]
    [InlineData("Index.json")]
    public void Unpack_NameOutsideTheLayout_WritesNothing(string name)
    {
        Unpack(new TarBytes().Entry(name, "x").End());

        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories));
        Assert.False(File.Exists(Path.Combine(_folder.Path, "..", "escaped")));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Unpack_HostileArchive_IsRefusedWithAMessage(string name)
    {
        var (archive, words) = Hostile[name];

        var failure = Assert.Throws<BundleException>(() => Unpack(archive));

        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.Hint);
    }

    [Fact]
    public void Unpack_MoreEntriesThanAnyLayout_IsRefused()
    {
        var archive = new TarBytes();
        for (var i = 0; i <= LayoutArchive.MaxEntries; i++)
        {
            archive.Entry("x");
        }

        var failure = Assert.Throws<BundleException>(() => Unpack(archive.End()));

        Assert.Contains("more than 65536 entries", failure.Message, StringComparison.Ordinal);
    }

    private void Unpack(TarBytes archive)
    {
        using var stream = new MemoryStream(archive.ToArray());
        LayoutArchive.Unpack(stream, _folder.Path, MaxBlob);
    }
}

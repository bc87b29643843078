using System.Text;
using EdgeSync.Bundles.Archives;
using EdgeSync.Contracts;

namespace EdgeSync.Bundles.Tests.Archives;

/// <summary>Archives that no honest builder writes. Each is refused with a message, in both dialects unless a case names one.</summary>
public sealed class HostileTarTests
{
    private static readonly string LongName = string.Join('/', Enumerable.Repeat("0123456789", 30));

    public static TheoryData<string> Refused => [.. Hostile.Keys];

    public static TheoryData<string> RefusedInBundles => [.. ForeignOnly.Keys];

    private static Dictionary<string, Func<TarBytes>> Hostile { get; } = new()
    {
        ["absolute name"] = () => new TarBytes().Entry("/etc/cron.d/x").End(),
        ["traversal"] = () => new TarBytes().Entry("../x.yaml").End(),
        ["traversal inside"] = () => new TarBytes().Entry("a/../../x.yaml").End(),
        ["traversal at the end"] = () => new TarBytes().Entry("a/..").End(),
        ["dot part"] = () => new TarBytes().Entry("a/./x.yaml").End(),
        ["empty part"] = () => new TarBytes().Entry("a//x.yaml").End(),
        ["name ends with a slash"] = () => new TarBytes().Entry("a/").End(),
        ["empty name"] = () => new TarBytes().Entry("").End(),
        ["backslash"] = () => new TarBytes().Entry("a\\..\\x.yaml").End(),
        ["drive letter"] = () => new TarBytes().Entry("c:x.yaml").End(),
        ["quote"] = () => new TarBytes().Entry("a\".yaml").End(),
        ["line feed in a name"] = () => new TarBytes().Entry("a\nb.yaml").End(),
        ["escape sequence in a name"] = () => new TarBytes().Entry("a\u001b[2Jb.yaml").End(),
        ["name ends with a dot"] = () => new TarBytes().Entry("a.yaml.").End(),
        ["name with blanks at its end"] = () => new TarBytes().Entry("a.yaml ").End(),
        ["name is not UTF-8"] = () => new TarBytes().Entry([(byte)'a', 0xFF, 0xFE], []).End(),
        ["name is overlong UTF-8"] = () => new TarBytes().Entry([0xC0, 0xAE, 0xC0, 0xAE, (byte)'/', (byte)'x'], []).End(),
        ["bytes behind the NUL of a name"] = () => new TarBytes().Entry("a.yaml\0../../b").End(),
        ["traversal by prefix"] = () => new TarBytes().Entry("x.yaml", change: h => TarBytes.Put(h, 345, "../..")).End(),
        ["absolute by prefix"] = () => new TarBytes().Entry("x.yaml", change: h => TarBytes.Put(h, 345, "/etc")).End(),
        ["same name twice"] = () => new TarBytes().Entry("a.yaml", "1").Entry("a.yaml", "2").End(),
        ["same name in another case"] = () => new TarBytes().Entry("a.yaml", "1").Entry("A.yaml", "2").End(),
        ["file, then a folder of that name"] = () => new TarBytes().Entry("a", "1").Entry("a/b.yaml", "2").End(),
        ["folder, then a file of that name"] = () => new TarBytes().Entry("a/b.yaml", "2").Entry("a", "1").End(),
        ["hard link"] = () => new TarBytes().Entry("a.yaml", type: '1', change: h => TarBytes.Put(h, 157, "/etc/passwd")).End(),
        ["symbolic link"] = () => new TarBytes().Entry("a.yaml", type: '2', change: h => TarBytes.Put(h, 157, "../../x")).End(),
        ["character device"] = () => new TarBytes().Entry("a.yaml", type: '3').End(),
        ["block device"] = () => new TarBytes().Entry("a.yaml", type: '4').End(),
        ["pipe"] = () => new TarBytes().Entry("a.yaml", type: '6').End(),
        ["sparse file of GNU"] = () => new TarBytes().Entry("a.yaml", type: 'S').End(),
        ["hard link to what comes later"] = () => new TarBytes().Entry("a.yaml", type: '1', change: h => TarBytes.Put(h, 157, "b.yaml")).Entry("b.yaml").End(),
        ["hard link with a name that leaves"] = () => new TarBytes().Entry("b.yaml").Entry("../a.yaml", type: '1', change: h => TarBytes.Put(h, 157, "b.yaml")).End(),
        ["symbolic link inside"] = () => new TarBytes().Entry("b.yaml").Entry("a.yaml", type: '2', change: h => TarBytes.Put(h, 157, "b.yaml")).End(),
        ["long name of GNU: beyond the limit"] = () => new TarBytes().Entry("././@LongLink", LongName + "\0", type: 'L').Entry("a.yaml").End(),
        ["long name of GNU: leaves"] = () => new TarBytes().Entry("././@LongLink", "../../x.yaml\0", type: 'L').Entry("a.yaml").End(),
        ["long name of GNU: twice"] = () => new TarBytes().Entry("././@LongLink", "a.yaml\0", type: 'L').Entry("././@LongLink", "b.yaml\0", type: 'L').Entry("c").End(),
        ["long name of GNU: nothing behind"] = () => new TarBytes().Entry("a.yaml").Entry("././@LongLink", "b.yaml\0", type: 'L').End(),
        ["long name of GNU: NUL inside"] = () => new TarBytes().Entry("././@LongLink", "a.yaml\0.png\0", type: 'L').Entry("b.yaml").End(),
        ["long name of GNU: huge"] = () => new TarBytes().Entry("././@LongLink", new string('n', 1_100_000), type: 'L').Entry("b.yaml").End(),
        ["long link of GNU: to a link outside"] = () => new TarBytes().Entry("././@LongLink", "/etc/passwd\0", type: 'K').Entry("a.yaml", type: '1').End(),
        ["names of pax and GNU"] = () => new TarBytes().Pax(("path", "a.yaml")).Entry("././@LongLink", "b.yaml\0", type: 'L').Entry("c").End(),
        ["multi-volume of GNU"] = () => new TarBytes().Entry("a.yaml", type: 'M').End(),
        ["unknown type"] = () => new TarBytes().Entry("a.yaml", type: 'Z').End(),
        ["pax: name that leaves"] = () => new TarBytes().Pax(("path", "../x.yaml")).Entry("a.yaml").End(),
        ["pax: size"] = () => new TarBytes().Pax(("size", "99999999999")).Entry("a.yaml").End(),
        ["pax: link"] = () => new TarBytes().Pax(("linkpath", "/etc/passwd")).Entry("a.yaml", type: '1').End(),
        ["pax: size that is no number"] = () => new TarBytes().Pax(("size", "-1")).Entry("a.yaml").End(),
        ["pax: size beyond the archive"] = () => new TarBytes().Pax(("size", "5000")).Entry("a.yaml", "short").End(),
        ["pax: global size"] = () => new TarBytes().Pax('g', ("size", "1")).Entry("a.yaml").End(),
        ["pax: sparse"] = () => new TarBytes().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.realsize", "999999999")).Entry("a.yaml").End(),
        ["pax: name twice"] = () => new TarBytes().Pax(("path", "a.yaml"), ("path", "b.yaml")).Entry("a.yaml").End(),
        ["pax: NUL in a name"] = () => new TarBytes().Pax(("path", "a.yaml\0.png")).Entry("a.yaml").End(),
        ["pax: wrong length"] = () => new TarBytes().Entry("pax", "99 path=a.yaml\n", 'x').Entry("a.yaml").End(),
        ["pax: length with a zero"] = () => new TarBytes().Entry("pax", "015 path=a.yaml\n", 'x').Entry("a.yaml").End(),
        ["pax: no line feed"] = () => new TarBytes().Entry("pax", "14 path=a.yaml", 'x').Entry("a.yaml").End(),
        ["pax: no key"] = () => new TarBytes().Entry("pax", "8 =abcd\n", 'x').Entry("a.yaml").End(),
        ["pax: huge"] = () => new TarBytes().Pax(("comment", new string('c', 1_100_000))).Entry("a.yaml").End(),
        ["pax: two in a row"] = () => new TarBytes().Pax(("path", "a.yaml")).Pax(("path", "b.yaml")).Entry("c.yaml").End(),
        ["pax: nothing behind"] = () => new TarBytes().Entry("a.yaml").Pax(("path", "b.yaml")).End(),
        ["pax: global name"] = () => new TarBytes().Pax('g', ("path", "b.yaml")).Entry("a.yaml").End(),
        ["folder with content"] = () => new TarBytes().Entry("a", "content", type: '5').End(),
        ["wrong checksum"] = () => new TarBytes().Entry("a.yaml", sum: false).End(),
        ["checksum that is no number"] = () => new TarBytes().Entry("a.yaml", change: h => TarBytes.Put(h, 148, "zzzzzzzz"), sum: false).End(),
        ["no tar at all"] = () => new TarBytes().Raw([.. "PK"u8, .. new byte[510]]).End(),
        ["V7, wrong checksum"] = () => new TarBytes().Entry("a.yaml", change: h => { h.AsSpan(257, 8).Clear(); TarBytes.Put(h, 148, "0000001\0"); }, sum: false).End(),
        ["hard links to a large file, many times"] = ManyLinks,
        ["size that is not octal"] = () => new TarBytes().Entry("a.yaml", change: h => TarBytes.Put(h, 124, "0000000008\0\0")).End(),
        ["size in binary"] = () => new TarBytes().Entry("a.yaml", change: h => { h.AsSpan(124, 12).Fill(0xFF); h[124] = 0x80; }).End(),
        ["negative size in binary"] = () => new TarBytes().Entry("a.yaml", change: h => h.AsSpan(124, 12).Fill(0xFF)).End(),
        ["size with a sign"] = () => new TarBytes().Entry("a.yaml", change: h => TarBytes.Put(h, 124, "-0000000001\0")).End(),
        ["no size"] = () => new TarBytes().Entry("a.yaml", change: h => h.AsSpan(124, 12).Clear()).End(),
        ["size beyond the archive"] = () => new TarBytes().Entry("a.yaml", "short", size: 5000).End(),
        ["size beyond the limit"] = () => new TarBytes().Entry("a.yaml", size: ArchiveLimits.MaxFileSize + 1L).End(),
        ["size of eight GiB"] = () => new TarBytes().Entry("a.yaml", size: 8_589_934_591).End(),
        ["bytes behind the end of a file"] = () => new TarBytes().Entry("a.yaml", "12345678", size: 4).End(),
        ["no end mark"] = () => new TarBytes().Entry("a.yaml"),
        ["half an end mark"] = () => new TarBytes().Entry("a.yaml").End(1),
        ["cut off in a header"] = () => new TarBytes().Entry("a.yaml").Raw(new byte[100]),
        ["cut off in a file"] = () => new TarBytes().Entry("a.yaml", size: 1000).Raw(new byte[512]),
        ["content behind the end"] = () => new TarBytes().Entry("a.yaml").End().Entry("b.yaml").End(),
        ["second archive behind one zero block"] = () => new TarBytes().Entry("a.yaml").End(1).Entry("b.yaml").End(),
        ["nothing at all"] = () => new TarBytes(),
        ["too many entries"] = TooManyEntries,
    };

    private static Dictionary<string, Func<TarBytes>> ForeignOnly { get; } = new()
    {
        ["folder"] = () => new TarBytes().Entry("a/", type: '5').Entry("a/b.yaml").End(),
        ["leading ./"] = () => new TarBytes().Entry("./a.yaml").End(),
        ["pax: name"] = () => new TarBytes().Pax(("path", "b.yaml"), ("mtime", "1.5")).Entry("a.yaml").End(),
        ["pax: global comment"] = () => new TarBytes().Pax('g', ("comment", "of git archive")).Entry("a.yaml").End(),
        ["letters beyond ASCII"] = () => new TarBytes().Entry("größe.yaml").End(),
        ["contiguous file"] = () => new TarBytes().Entry("a.yaml", type: '7').End(),
        ["long name of GNU"] = () => new TarBytes().Entry("././@LongLink", new string('n', 150) + ".yaml\0", type: 'L').Entry("a.yaml").End(),
        ["long link of GNU"] = () => new TarBytes().Entry("././@LongLink", "unused\0", type: 'K').Entry("a.yaml").End(),
        ["pax: right size"] = () => new TarBytes().Pax(("size", "5")).Entry("a.yaml", "12345").End(),
        ["pax: vendor's own"] = () => new TarBytes().Pax(("SCHILY.xattr.security.selinux", "x"), ("LIBARCHIVE.xattr.com.apple.provenance", "a=b\nc")).Entry("a.yaml").End(),
        ["pax: of Solaris"] = () => new TarBytes().Entry("pax", "17 uid=123456789\n", type: 'X').Entry("a.yaml").End(),
        ["pax: owners beyond 32 bits"] = () => new TarBytes().Pax(("uid", "1099511627776"), ("mtime", "250000000000.5")).Entry("a.yaml").End(),
        ["V7"] = () => new TarBytes().Entry("a.yaml", change: h => h.AsSpan(257, 8).Clear()).End(),
        ["V7 with a folder"] = () => new TarBytes().Entry("d/", change: h => h.AsSpan(257, 8).Clear()).Entry("d/a.yaml", change: h => h.AsSpan(257, 8).Clear()).End(),
        ["star with times behind its prefix"] = () => new TarBytes().Entry("a.yaml", change: Star).End(),
        ["binary size"] = () => new TarBytes().Entry("a.yaml", "12345", change: h => { h.AsSpan(124, 12).Clear(); h[124] = 0x80; h[135] = 5; }).End(),
        ["label of a volume"] = () => new TarBytes().Entry("backup", type: 'V').Entry("a.yaml").End(),
        ["list of a folder"] = () => new TarBytes().Entry("d/", "Ya.yaml\0\0", type: 'D').Entry("d/a.yaml").End(),
        ["colon in a name that is not read"] = () => new TarBytes().Entry("How to: begin.md").End(),
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Read_HostileTar_IsRefused(string name)
    {
        var layer = Hostile[name]().Gzip();

        foreach (var dialect in Enum.GetValues<ArchiveDialect>())
        {
            var failure = Assert.Throws<BundleException>(() => ContentArchiveReader.Read(layer, dialect));
            Assert.Equal(ReasonCodes.BundleInvalid, failure.Reason);
            Assert.DoesNotContain(failure.Message, char.IsControl);
        }
    }

    [Theory]
    [MemberData(nameof(RefusedInBundles))]
    public void Read_WhatOtherToolsWrite_IsForForeignArchivesOnly(string name)
    {
        var layer = ForeignOnly[name]().Gzip();

        Assert.Throws<BundleException>(() => ContentArchiveReader.Read(layer, ArchiveDialect.Bundle));
        Assert.Single(ContentArchiveReader.Read(layer, ArchiveDialect.Foreign));
    }

    [Theory]
    [InlineData("long name of GNU", 155)]
    [InlineData("star with times behind its prefix", 17)]
    [InlineData("V7 with a folder", 8)]
    public void Read_NameInAnotherFormat_IsWhole(string name, int length) =>
        Assert.Equal(length, Assert.Single(ContentArchiveReader.Read(ForeignOnly[name]().Gzip(), ArchiveDialect.Foreign)).Path.Length);

    [Fact]
    public void Read_BinaryOwnerAndTime_AreNotLookedAt()
    {
        var layer = new TarBytes().Entry("a.yaml", change: h => { h[108] = 0x80; h[112] = 0xFF; h[136] = 0x80; h[140] = 0x7F; }).End().Gzip();

        Assert.Single(ContentArchiveReader.Read(layer, ArchiveDialect.Foreign));
    }

    [Fact]
    public void Read_HardLinkInside_IsTheFileUnderBothNames()
    {
        var layer = new TarBytes().Entry("a.yaml", "content").Entry("b.yaml", type: '1', change: h => TarBytes.Put(h, 157, "./a.yaml")).End().Gzip();

        var files = ContentArchiveReader.Read(layer, ArchiveDialect.Foreign);

        Assert.Equal(["a.yaml: content", "b.yaml: content"], files.Select(file => $"{file.Path}: {Encoding.UTF8.GetString(file.Content.Span)}"));
    }

    [Fact]
    public void Read_NameByPax_ReplacesTheShortOne()
    {
        var layer = ForeignOnly["pax: name"]().Gzip();

        Assert.Equal("b.yaml", Assert.Single(ContentArchiveReader.Read(layer, ArchiveDialect.Foreign)).Path);
    }

    [Fact]
    public void Read_FalseLength_CostsNoMemory()
    {
        var layer = new TarBytes().Entry("a.yaml", size: ArchiveLimits.MaxFileSize).Gzip();
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<BundleException>(() => ContentArchiveReader.Read(layer, ArchiveDialect.Bundle));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Read_FileAtTheLimit_IsAccepted()
    {
        var layer = new TarBytes().Entry(Encoding.ASCII.GetBytes("a.yaml"), Noise(1_000_000)).End().Gzip();

        Assert.Equal(1_000_000, Assert.Single(ContentArchiveReader.Read(layer, ArchiveDialect.Bundle)).Content.Length);
    }

    private static void Star(byte[] header)
    {
        TarBytes.Put(header, 345, "the-prefix");
        TarBytes.Put(header, 476, "14741234567 14741234567 ");
        TarBytes.Put(header, 508, "tar\0");
    }

    private static TarBytes ManyLinks()
    {
        var tar = new TarBytes().Entry(Encoding.ASCII.GetBytes("a.yaml"), Noise(10_000_000));
        for (var i = 0; i < 20; i++)
        {
            tar.Entry($"{i}.yaml", type: '1', change: h => TarBytes.Put(h, 157, "a.yaml"));
        }

        return tar.End();
    }

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        return bytes;
    }

    private static TarBytes TooManyEntries()
    {
        var tar = new TarBytes();
        for (var i = 0; i <= ArchiveLimits.MaxEntries; i++)
        {
            tar.Entry($"{i}.yaml");
        }

        return tar.End();
    }
}

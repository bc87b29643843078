using System.IO.Compression;
using System.Text;
using EdgeSync.Bundles.Archives;
using EdgeSync.Primitives;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testing;

namespace EdgeSync.Bundles.Tests.Archives;

public sealed class ContentArchiveWriterTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static readonly ArchiveFile[] Files =
    [
        File("b/web.yaml", "kind: Deployment\n"),
        File("a.yaml", string.Concat(Enumerable.Repeat("kind: ConfigMap\nmetadata: {name: a}\n---\n", 500))),
        File("b/empty.yaml", ""),
        File(string.Join('/', Enumerable.Repeat("a-long-folder-name", 8)) + "/web.yaml", "kind: Service\n"),
    ];

    [Fact]
    public void Write_Files_ComeBackSortedAndWhole()
    {
        var read = ContentArchiveReader.Read(ContentArchiveWriter.Write(Files), ArchiveDialect.Bundle);

        Assert.Equal(Files.Select(f => f.Path).Order(StringComparer.Ordinal), read.Select(f => f.Path));
        Assert.All(read, file => Assert.Equal(Files.Single(f => f.Path == file.Path).Content.ToArray(), file.Content.ToArray()));
    }

    [Fact]
    public void Write_OtherOrder_GivesTheSameBytes()
    {
        Assert.Equal(ContentArchiveWriter.Write(Files), ContentArchiveWriter.Write(Files.Reverse()));
    }

    // Should this fail, every bundle that is built again gets another digest. It must hold on every processor and with every runtime.
    [Fact]
    public void Write_KnownFiles_HaveTheKnownDigest()
    {
        Assert.Equal("sha256:5b46a3f21eb9af0467361489655ba3f66ecb37fe2bf0d532cc77a13b15c36903", Digest.Of(ContentArchiveWriter.Write(Files)).ToString());
    }

    [PeerFact]
    public async Task Write_Archive_IsReadByTarAndGzip()
    {
        using var limit = new CancellationTokenSource(Limit);
        using var folder = new TempDirectory();
        await System.IO.File.WriteAllBytesAsync(folder["layer.tar.gz"], ContentArchiveWriter.Write(Files), limit.Token);
        Directory.CreateDirectory(folder["out"]);

        (await PeerTool.Installed("gzip").RunAsync(limit.Token, "--test", folder["layer.tar.gz"])).EnsureSuccess();
        (await PeerTool.Installed("tar").RunAsync(limit.Token, "-xzf", folder["layer.tar.gz"], "-C", folder["out"])).EnsureSuccess();

        foreach (var file in Files)
        {
            Assert.Equal(file.Content.ToArray(), await System.IO.File.ReadAllBytesAsync(Path.Combine(folder["out"], file.Path), limit.Token));
        }
    }

    [PeerFact]
    public async Task Read_ArchivesOfTar_AreAcceptedAsForeign()
    {
        using var limit = new CancellationTokenSource(Limit);
        using var folder = new TempDirectory();
        var deep = Directory.CreateDirectory(Path.Combine(folder["in"], string.Join('/', Enumerable.Repeat("a-long-folder-name", 6)))).FullName;
        await System.IO.File.WriteAllTextAsync(Path.Combine(deep, new string('n', 110) + ".yaml"), "kind: Service\n", limit.Token);
        foreach (var format in new[] { "ustar", "pax", "posix" })
        {
            var archive = folder[$"{format}.tgz"];
            var made = await PeerTool.Installed("tar").RunAsync(limit.Token, $"--format={format}", "-czf", archive, "-C", folder["in"], ".");
            if (format != "ustar")
            {
                made.EnsureSuccess();
                var file = Assert.Single(ContentArchiveReader.Read(await System.IO.File.ReadAllBytesAsync(archive, limit.Token), ArchiveDialect.Foreign));
                Assert.EndsWith("n.yaml", file.Path, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(257)]
    [InlineData(258)]
    [InlineData(259)]
    [InlineData(32_767)]
    [InlineData(32_768)]
    [InlineData(32_769)]
    [InlineData(100_000)]
    public void GzipWriter_AnyContent_IsUnpackedByZlib(int length)
    {
        var random = new Random(length);
        byte[][] contents =
        [
            new byte[length],
            [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(256))],
            [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(2))],
            [.. Enumerable.Range(0, length).Select(i => (byte)(i / 300))],
            [.. Enumerable.Range(0, length).Select(i => (byte)(i % 40_000 % 251))],
        ];

        foreach (var content in contents)
        {
            using var unpacked = new MemoryStream();
            using (var gzip = new GZipStream(new MemoryStream(GzipWriter.Write(content)), CompressionMode.Decompress))
            {
                gzip.CopyTo(unpacked);
            }

            Assert.Equal(content, unpacked.ToArray());
        }
    }

    [Fact]
    public void Write_NamesThatASiteWouldRefuse_AreAllNamed()
    {
        var failure = Assert.Throws<BundleException>(() => ContentArchiveWriter.Write(
        [
            File("../a.yaml", ""), File("b:c.yaml", ""), File("same.yaml", ""), File("SAME.yaml", ""), File(new string('n', 101), ""),
        ]));

        Assert.Equal(4, failure.Faults.Count);
    }

    private static ArchiveFile File(string path, string content) => new(path, Encoding.UTF8.GetBytes(content));
}

using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using EdgeSync.Bundles;
using EdgeSync.Bundles.Archives;
using EdgeSync.Bundles.Definition;
using EdgeSync.Testing;

namespace EdgeSync.Fuzz.Tests;

/// <summary>
/// Layers and definitions that were changed anywhere: the readers give a result that keeps all promises, or a <see cref="BundleException"/>, and
/// nothing else.
/// </summary>
public sealed class BundleFuzzTests
{
    private static readonly string[] Tokens =
        ["schema: ", "name: ", "version: \"1\"\n", "components:\n  - ", "path: ", "dependsOn: [a]", "- ", "{", "}", "[", "]", "&a ", "*a ", "!!str ", "---\n", "...\n", "%YAML 1.1\n", "\"", "'", "|\n ", "? ", ": ", "\t", "\0", "\ufeff", "#", "~", "\r", "\u0085", "\\", "5m", "oci:x:y", "../.."];

    private static readonly byte[] Definition = Encoding.UTF8.GetBytes(
        """
        schema: edgesync.dev/bundle/v1
        name: shop
        version: "1.4"
        requires: {kubernetes: ">=1.27 <1.33"}
        namespaces: {allowed: [shop]}
        components:
          - {name: base, path: base, namespace: shop, healthTimeout: 5m}
          - name: web
            path: web/web.yaml
            dependsOn: [base]
        images:
          - nginx:1.27
          - {name: "a:1", from: "oci:../images:a"}

        """);

    private static readonly ArchiveFile[] Files =
    [
        new("a.yaml", "kind: ConfigMap\n"u8.ToArray()),
        new("b/c.yaml", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("kind: Deployment\n", 100)))),
    ];

    [Fact]
    public void Layer_whose_packed_bytes_were_changed_is_refused_or_the_same()
    {
        var good = ContentArchiveWriter.Write(Files);

        Run(good, (bytes, _) =>
        {
            foreach (var file in ContentArchiveReader.Read(bytes, ArchiveDialect.Bundle))
            {
                // The checksum leaves nothing that differs in content, whatever became of the header.
                Assert.Equal(Files.Single(f => f.Path == file.Path).Content.ToArray(), file.Content.ToArray());
            }
        });
    }

    [Fact]
    public void Archive_of_a_layout_that_was_changed_writes_nothing_but_its_own_names()
    {
        using var good = new MemoryStream();
        using (var writer = new TarWriter(good, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var name in new[] { "oci-layout", "index.json", "blobs/sha256/" + new string('a', 64), "layer" })
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(new byte[700]) });
            }
        }

        using var folder = new TempDirectory();
        Run(good.ToArray(), (bytes, random) =>
        {
            ChangeHeader(bytes, random);
            if (random.Next(4) > 0)
            {
                CorrectChecksums(bytes);
            }

            Directory.Delete(folder.Path, recursive: true);
            try
            {
                LayoutArchive.Unpack(new MemoryStream(bytes), folder.Path, 512);
            }
            catch (BundleException)
            {
                // What was written until then is looked at too.
            }

            Assert.All(
                Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories),
                file => Assert.Matches("^(oci-layout|index.json|blobs/sha256/[0-9a-f]{64})$", Path.GetRelativePath(folder.Path, file)));
        });
    }

    [Fact]
    public void Archive_whose_headers_were_changed_never_gives_a_name_that_leaves()
    {
        using var unpacked = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(ContentArchiveWriter.Write(Files)), CompressionMode.Decompress))
        {
            gzip.CopyTo(unpacked);
        }

        Run(unpacked.ToArray(), (bytes, random) =>
        {
            ChangeHeader(bytes, random);
            if (random.Next(4) > 0)
            {
                CorrectChecksums(bytes);
            }

            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write(bytes);
            }

            var dialect = random.Next(2) == 0 ? ArchiveDialect.Bundle : ArchiveDialect.Foreign;
            var read = ContentArchiveReader.Read(packed.ToArray(), dialect);
            Assert.Equal(read.Count, read.Select(file => file.Path.ToUpperInvariant()).Distinct().Count());
            foreach (var file in read)
            {
                var path = Path.GetFullPath(Path.Combine("/root-of-bundle", file.Path));
                Assert.StartsWith("/root-of-bundle/", path, StringComparison.Ordinal);
                Assert.Equal("/root-of-bundle/" + file.Path, path);
                Assert.DoesNotContain(file.Path, char.IsControl);
            }
        });
    }

    [Fact]
    public void Definition_that_was_changed_anywhere_is_read_or_refused_with_places()
    {
        Run(Definition, (bytes, _) =>
        {
            try
            {
                var definition = BundleDefinitionReader.Read(bytes);
                Assert.True(EdgeSync.Primitives.EntityName.IsValid(definition.Name));
                Assert.All(definition.Components, component => Assert.DoesNotContain("..", component.Path.Split('/')));
            }
            catch (BundleException failure)
            {
                Assert.All(failure.Faults, fault => Assert.True(fault is { File: "bundle.yaml", Line: > 0, Column: > 0 }));
                throw;
            }
        });
    }

    private static void Run(byte[] good, Action<byte[], Random> check, [CallerMemberName] string target = "") => ByteFuzzer.Run(
        good,
        Tokens,
        (bytes, random) =>
        {
            try
            {
                check(bytes, random);
            }
            catch (BundleException)
            {
                // Refused, as it should be.
            }
        },
        target);

    // The fields of a header: name, size, type, prefix.
    private static void ChangeHeader(byte[] tar, Random random)
    {
        int[] offsets = [0, 1, 99, 100, 124, 135, 156, 157, 257, 263, 345];
        var field = (random.Next(tar.Length + 1) / 512 * 512) + offsets[random.Next(offsets.Length)];
        if (field < tar.Length)
        {
            tar[field] = (byte)"./\\017x52gLS\0\u00ff"[random.Next(13)];
        }
    }

    // Without it nearly every change ends at the checksum, and nothing behind it is tried.
    private static void CorrectChecksums(byte[] tar)
    {
        for (var block = 0; block + 512 <= tar.Length; block += 512)
        {
            var header = tar.AsSpan(block, 512);
            if (header[257..262].SequenceEqual("ustar"u8))
            {
                header[148..156].Fill((byte)' ');
                var sum = 0;
                foreach (var value in header)
                {
                    sum += value;
                }

                Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", header[148..]);
            }
        }
    }
}

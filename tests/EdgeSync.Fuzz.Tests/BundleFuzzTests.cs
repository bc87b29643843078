using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using EdgeSync.Bundles;
using EdgeSync.Bundles.Archives;
using EdgeSync.Bundles.Definition;

namespace EdgeSync.Fuzz.Tests;

/// <summary>
/// Layers and definitions that were changed anywhere: the readers give a result that keeps all promises, or a <see cref="BundleException"/>, and
/// nothing else. The seed is in the failure's message; set EDGESYNC_FUZZ_SEED to run it again.
/// </summary>
public sealed class BundleFuzzTests
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(3);
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
    public void Archive_whose_headers_were_changed_never_gives_a_name_that_leaves()
    {
        using var unpacked = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(ContentArchiveWriter.Write(Files)), CompressionMode.Decompress))
        {
            gzip.CopyTo(unpacked);
        }

        Run(unpacked.ToArray(), (bytes, random) =>
        {
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

    private static void Run(byte[] good, Action<byte[], Random> check)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("EDGESYNC_FUZZ_SEED"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var given)
            ? given
            : Environment.TickCount;
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        for (var round = 0; clock.Elapsed < Budget; round++)
        {
            var bytes = Change(good, random);
            try
            {
                check(bytes, random);
            }
            catch (BundleException)
            {
                // Refused, as it should be.
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}, round {round}: {Convert.ToBase64String(bytes.AsSpan(0, Math.Min(bytes.Length, 3000)))}", failure);
            }
        }
    }

    private static byte[] Change(byte[] good, Random random)
    {
        var bytes = good.ToList();
        for (var i = random.Next(1, 5); i > 0 && bytes.Count > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 600), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 600), bytes.Count - at)));
                    break;
                case 4:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]));
                    break;
                default:
                    // The fields of a tar header: name, size, type, prefix.
                    var block = at / 512 * 512;
                    int[] offsets = [0, 1, 99, 100, 124, 135, 156, 157, 257, 263, 345];
                    var field = block + offsets[random.Next(offsets.Length)];
                    if (field < bytes.Count)
                    {
                        bytes[field] = (byte)"./\\017x52gLS\0\u00ff"[random.Next(13)];
                    }

                    break;
            }
        }

        return [.. bytes];
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

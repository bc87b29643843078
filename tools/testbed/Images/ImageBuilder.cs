using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace EdgeSync.Testbed.Images;

/// <summary>Makes the blobs of an image out of busybox and files; the same content always gives the same digests.</summary>
internal sealed class ImageBuilder(ImageContent content)
{
    private const UnixFileMode Executable = (UnixFileMode)0b111_101_101;
    private const UnixFileMode Readable = (UnixFileMode)0b110_100_100;
    private static readonly byte[] NoProgram = Encoding.ASCII.GetBytes("This is no program: the image is never run.\n");
    private static readonly byte[] OtherPlatformProgram = Encoding.ASCII.GetBytes("This is no program: the platform was chosen wrongly.\n");
    private readonly List<ImageBlob> _blobs = [];

    /// <summary>All blobs, children before parents; the last is the root.</summary>
    public IReadOnlyList<ImageBlob> Build()
    {
        var busybox = content.IsRunnable ? File.ReadAllBytes(BusyboxImage.ProgramPath) : NoProgram;
        if (!content.MultiPlatform)
        {
            AddManifest("amd64", busybox);
            return _blobs;
        }

        var manifests = new JsonArray();
        foreach (var (architecture, program) in new[] { ("amd64", busybox), ("arm64", OtherPlatformProgram) })
        {
            var descriptor = Describe(AddManifest(architecture, program));
            descriptor["platform"] = new JsonObject { ["architecture"] = architecture, ["os"] = "linux" };
            manifests.Add((JsonNode)descriptor);
        }

        Add(ImageBlob.Index, new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = ImageBlob.Index, ["manifests"] = manifests });
        return _blobs;
    }

    public static JsonObject Describe(ImageBlob blob) =>
        new() { ["mediaType"] = blob.MediaType, ["digest"] = blob.Digest, ["size"] = blob.Content.Length };

    private ImageBlob AddManifest(string architecture, byte[] program)
    {
        var layers = new List<byte[]> { Archive([("bin/busybox", program, Executable), ("bin/sh", program, Executable)]) };
        if (content.Files.Count > 0)
        {
            var files = content.Files.OrderBy(f => f.Key, StringComparer.Ordinal);
            layers.Add(Archive([.. files.Select(f => (f.Key, Encoding.UTF8.GetBytes(f.Value), Readable))]));
        }

        if (content.PaddingBytes > 0)
        {
            layers.Add(Archive([("padding", Noise(content.PaddingBytes), Readable)]));
        }

        var configuration = Add(ImageBlob.Configuration, new JsonObject
        {
            ["architecture"] = architecture,
            ["os"] = "linux",
            ["created"] = "1970-01-01T00:00:00Z",
            ["config"] = new JsonObject { ["Cmd"] = Strings(content.Command), ["Env"] = Strings(["PATH=/bin"]) },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = Strings(layers.Select(l => new ImageBlob("", l).Digest)) },
        });
        var compressed = layers.Select(l => AddBytes(ImageBlob.Layer, Compress(l))).ToList();
        return Add(ImageBlob.Manifest, new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ImageBlob.Manifest,
            ["config"] = Describe(configuration),
            ["layers"] = new JsonArray([.. compressed.Select(Describe)]),
        });
    }

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(v => (JsonNode)JsonValue.Create(v)!)]);

    private static byte[] Archive(IReadOnlyList<(string Path, byte[] Content, UnixFileMode Mode)> files)
    {
        using var output = new MemoryStream();
        using (var tar = new TarWriter(output, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (path, bytes, mode) in files)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path)
                {
                    DataStream = new MemoryStream(bytes),
                    ModificationTime = DateTimeOffset.UnixEpoch,
                    Mode = mode,
                });
            }
        }

        return output.ToArray();
    }

    private static byte[] Compress(byte[] content)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return output.ToArray();
    }

    // Hashes of a counter: as hard to compress as random bytes, and the same each time.
    private static byte[] Noise(int size)
    {
        var noise = new byte[size];
        for (var at = 0; at < size; at += SHA256.HashSizeInBytes)
        {
            SHA256.HashData(BitConverter.GetBytes(at)).AsSpan(0, Math.Min(SHA256.HashSizeInBytes, size - at)).CopyTo(noise.AsSpan(at));
        }

        return noise;
    }

    private ImageBlob Add(string mediaType, JsonObject json) => AddBytes(mediaType, Encoding.UTF8.GetBytes(json.ToJsonString()));

    private ImageBlob AddBytes(string mediaType, byte[] bytes)
    {
        var blob = new ImageBlob(mediaType, bytes);
        if (_blobs.All(b => b.Digest != blob.Digest))
        {
            _blobs.Add(blob);
        }

        return blob;
    }
}

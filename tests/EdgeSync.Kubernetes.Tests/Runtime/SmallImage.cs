using System.Formats.Tar;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace EdgeSync.Kubernetes.Tests.Runtime;

/// <summary>An image of one small file, pushed to a registry.</summary>
internal static class SmallImage
{
    public static async Task PushAsync(Uri registry, string repository, string tag)
    {
        using var http = new HttpClient { BaseAddress = registry };
        var (layer, diffId) = CreateLayer(repository + tag);
        var config = Encoding.UTF8.GetBytes($$"""
            {"architecture":"amd64","os":"linux","config":{"Cmd":["/greeting"]},"rootfs":{"type":"layers","diff_ids":["{{diffId}}"]} }
            """);
        await PushBlobAsync(http, repository, layer);
        await PushBlobAsync(http, repository, config);

        const string Type = "application/vnd.oci.image.manifest.v1+json";
        var manifest = new StringContent($$"""
            {"schemaVersion":2,"mediaType":"{{Type}}",
             "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{DigestOf(config)}}","size":{{config.Length}}},
             "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{{DigestOf(layer)}}","size":{{layer.Length}}}]}
            """);
        manifest.Headers.ContentType = new MediaTypeHeaderValue(Type);
        (await http.PutAsync($"/v2/{repository}/manifests/{tag}", manifest)).EnsureSuccessStatusCode();
    }

    private static async Task PushBlobAsync(HttpClient http, string repository, byte[] blob)
    {
        var started = await http.PostAsync($"/v2/{repository}/blobs/uploads/", content: null);
        var upload = new UriBuilder(started.EnsureSuccessStatusCode().Headers.Location!);
        upload.Query += $"{(upload.Query.Length > 0 ? "&" : "")}digest={DigestOf(blob)}";
        (await http.PutAsync(upload.Uri, new ByteArrayContent(blob))).EnsureSuccessStatusCode();
    }

    private static (byte[] Layer, string DiffId) CreateLayer(string content)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "greeting") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });
        }

        var layer = new MemoryStream();
        using (var gzip = new GZipStream(layer, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(tar.ToArray());
        }

        return (layer.ToArray(), DigestOf(tar.ToArray()));
    }

    private static string DigestOf(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
}

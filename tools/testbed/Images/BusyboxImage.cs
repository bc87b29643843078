using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using EdgeSync.Testbed.Registries;

namespace EdgeSync.Testbed.Images;

/// <summary>Container images that really run, made from Debian's static busybox without any container tool.</summary>
public static class BusyboxImage
{
    /// <summary>Debian's package busybox-static puts it here.</summary>
    internal const string ProgramPath = "/bin/busybox";

    /// <summary>
    /// Writes the image into an OCI image layout, in addition to what it has, under a reference name
    /// (<c>org.opencontainers.image.ref.name</c>). Returns the digest of its root.
    /// </summary>
    public static async Task<string> WriteLayoutAsync(
        string folder, string referenceName, ImageContent content, CancellationToken cancellationToken = default)
    {
        var blobs = new ImageBuilder(content).Build();
        var blobFolder = Directory.CreateDirectory(Path.Combine(folder, "blobs", "sha256")).FullName;
        foreach (var blob in blobs)
        {
            await File.WriteAllBytesAsync(Path.Combine(blobFolder, blob.Digest["sha256:".Length..]), blob.Content, cancellationToken);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""", cancellationToken);
        await WriteIndexAsync(Path.Combine(folder, "index.json"), referenceName, blobs[^1], cancellationToken);
        return blobs[^1].Digest;
    }

    /// <summary>Pushes the image with plain requests of the distribution specification.</summary>
    public static async Task<PushedImage> PushAsync(
        RegistryServer registry, string repository, string tag, ImageContent content, CancellationToken cancellationToken = default)
    {
        var blobs = new ImageBuilder(content).Build();
        var http = registry.Client;
        foreach (var blob in blobs)
        {
            if (blob.MediaType is ImageBlob.Manifest or ImageBlob.Index)
            {
                var name = blob == blobs[^1] ? tag : blob.Digest;
                await PutAsync(http, new Uri(registry.BaseAddress, $"/v2/{repository}/manifests/{name}"), blob, cancellationToken);
            }
            else
            {
                await PushBlobAsync(http, registry.BaseAddress, repository, blob, cancellationToken);
            }
        }

        return new PushedImage(registry.Address, repository, tag, blobs[^1].Digest);
    }

    private static async Task PushBlobAsync(HttpClient http, Uri registry, string repository, ImageBlob blob, CancellationToken cancellationToken)
    {
        using var begun = await http.PostAsync(new Uri(registry, $"/v2/{repository}/blobs/uploads/"), null, cancellationToken);
        begun.EnsureSuccessStatusCode();
        var location = new Uri(registry, begun.Headers.Location!).ToString();
        var separator = location.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var target = new Uri($"{location}{separator}digest={Uri.EscapeDataString(blob.Digest)}");
        await PutAsync(http, target, blob with { MediaType = "application/octet-stream" }, cancellationToken);
    }

    private static async Task PutAsync(HttpClient http, Uri target, ImageBlob blob, CancellationToken cancellationToken)
    {
        using var body = new ByteArrayContent(blob.Content);
        body.Headers.ContentType = new MediaTypeHeaderValue(blob.MediaType);
        using var answer = await http.PutAsync(target, body, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            var why = await answer.Content.ReadAsStringAsync(cancellationToken);
            throw new TestbedException("PushRefused", $"The registry answered {(int)answer.StatusCode} to {target}: {why}");
        }
    }

    private static async Task WriteIndexAsync(string path, string referenceName, ImageBlob root, CancellationToken cancellationToken)
    {
        var index = File.Exists(path)
            ? JsonNode.Parse(await File.ReadAllTextAsync(path, cancellationToken))!.AsObject()
            : new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = ImageBlob.Index, ["manifests"] = new JsonArray() };
        var manifests = index["manifests"]!.AsArray();
        foreach (var same in manifests.Where(m => (string?)m!["annotations"]?["org.opencontainers.image.ref.name"] == referenceName).ToList())
        {
            manifests.Remove(same);
        }

        var descriptor = ImageBuilder.Describe(root);
        descriptor["annotations"] = new JsonObject
        {
            // The second is what containerd names an imported image by.
            ["org.opencontainers.image.ref.name"] = referenceName,
            ["io.containerd.image.name"] = referenceName,
        };
        manifests.Add((JsonNode)descriptor);
        await File.WriteAllTextAsync(path, index.ToJsonString(), cancellationToken);
    }
}

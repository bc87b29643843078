using System.Text.Json.Nodes;
using EdgeSync.Testbed.Registries;

namespace EdgeSync.EndToEnd.Tests.Harness;

/// <summary>docker-registry's storage on disk, for the attacker who owns the registry.</summary>
internal static class RegistryFiles
{
    /// <summary>The file of a blob or manifest.</summary>
    public static string Blob(RegistryServer registry, string digest)
    {
        var hex = digest["sha256:".Length..];
        return Path.Combine(registry.StoragePath, "docker", "registry", "v2", "blobs", "sha256", hex[..2], hex, "data");
    }

    /// <summary>The file of the content's layer in a bundle.</summary>
    public static string LayerOf(RegistryServer registry, string bundle)
    {
        var index = JsonNode.Parse(File.ReadAllBytes(Blob(registry, bundle)))!;
        var content = JsonNode.Parse(File.ReadAllBytes(Blob(registry, (string)index["manifests"]![0]!["digest"]!)))!;
        return Blob(registry, (string)content["layers"]![0]!["digest"]!);
    }
}

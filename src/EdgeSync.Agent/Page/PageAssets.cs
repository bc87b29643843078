using System.Collections.Frozen;
using System.Security.Cryptography;

namespace EdgeSync.Agent.Page;

/// <summary>Style sheet, script and icon, from the program itself. The address contains the hash, so that browsers may keep them for good.</summary>
internal static class PageAssets
{
    public const string Prefix = "/assets/";

    private static readonly FrozenDictionary<string, PageAsset> All = new[]
    {
        Read("page.css", "text/css; charset=utf-8"),
        Read("page.js", "text/javascript; charset=utf-8"),
        Read("icon.svg", "image/svg+xml"),
    }.ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal);

    /// <summary>The address of an asset.</summary>
    public static string LinkTo(string name) => All[name].Path;

    /// <summary>The asset of an address, or null.</summary>
    public static PageAsset? Find(string path) => All.Values.FirstOrDefault(asset => asset.Path == path);

    private static PageAsset Read(string name, string mediaType)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream($"page/{name}") ?? throw new InvalidOperationException($"the asset '{name}' is not in the program");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return new PageAsset(name, mediaType, content, $"{Prefix}{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 6))}/{name}");
    }
}

/// <summary>A file of the page.</summary>
internal sealed record PageAsset(string Name, string MediaType, byte[] Content, string Path);

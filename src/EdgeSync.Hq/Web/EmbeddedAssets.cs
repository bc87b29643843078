using System.Collections.Frozen;
using System.Security.Cryptography;

namespace EdgeSync.Hq.Web;

/// <summary>Serves the style sheet, the script and the icon from the assembly. The URL contains the hash, so that browsers can cache them for good.</summary>
internal static class EmbeddedAssets
{
    private static readonly FrozenDictionary<string, (byte[] Content, string MediaType, string Hash)> All = Load();

    public static string LinkTo(string name) => $"/assets/{All[name].Hash}/{name}";

    public static void MapAssets(this IEndpointRouteBuilder routes) => routes.MapGet("/assets/{hash}/{name}", Serve).AllowAnonymous();

    private static IResult Serve(string hash, string name, HttpResponse response)
    {
        if (!All.TryGetValue(name, out var asset) || asset.Hash != hash)
        {
            return Results.NotFound();
        }

        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(asset.Content, asset.MediaType);
    }

    private static FrozenDictionary<string, (byte[] Content, string MediaType, string Hash)> Load() => new (string Name, string MediaType)[]
    {
        ("hq.css", "text/css; charset=utf-8"),
        ("hq.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    }.ToFrozenDictionary(a => a.Name, a => Read(a.Name, a.MediaType), StringComparer.Ordinal);

    private static (byte[] Content, string MediaType, string Hash) Read(string name, string mediaType)
    {
        using var stream = typeof(EmbeddedAssets).Assembly.GetManifestResourceStream($"assets/{name}")
            ?? throw new InvalidOperationException($"the asset '{name}' is not in the assembly");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        var content = copy.ToArray();
        return (content, mediaType, Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 6)));
    }
}

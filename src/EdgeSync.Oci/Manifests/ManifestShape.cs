using System.Text.Json;

namespace EdgeSync.Oci.Manifests;

/// <summary>What the top level of a manifest's JSON looks like, before it is decided how to read it.</summary>
internal readonly record struct ManifestShape(string? MediaType, bool HasManifests, bool HasConfigOrLayers)
{
    public static ManifestShape Of(ReadOnlySpan<byte> json)
    {
        var shape = default(ManifestShape);
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("it is not a JSON object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            shape = name switch
            {
                "mediaType" => shape with { MediaType = ReadMediaType(ref reader) },
                "manifests" => shape with { HasManifests = true },
                // "fsLayers" is Docker's schema 1, which nothing here can read.
                "config" or "layers" or "fsLayers" => shape with { HasConfigOrLayers = true },
                _ => shape,
            };
            reader.Skip();
        }

        return shape;
    }

    private static string? ReadMediaType(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Null => null,
        _ => throw new JsonException("its media type is not text"),
    };
}

using System.Text.Json;

namespace EdgeSync.Oci.Manifests;

/// <summary>What the top level of a manifest's JSON looks like, before it is decided how to read it.</summary>
internal readonly record struct ManifestShape(string? MediaType, bool HasManifests, bool HasConfig, bool HasLayers, bool IsSchema1, bool HasVersion)
{
    public static ManifestShape Of(ReadOnlySpan<byte> json)
    {
        var shape = default(ManifestShape);
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException("it is not a JSON object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            shape = name switch
            {
                "mediaType" => shape with { MediaType = ReadMediaType(ref reader) },
                "schemaVersion" => shape with { HasVersion = true },
                "manifests" when reader.TokenType == JsonTokenType.Null => throw new FormatException("its 'manifests' is null, where an index has a list"),
                "manifests" => shape with { HasManifests = true },
                "config" => shape with { HasConfig = true },
                "layers" => shape with { HasLayers = true },
                "fsLayers" => shape with { IsSchema1 = true },
                _ => shape,
            };
            reader.Skip();
        }

        return shape;
    }

    private static string? ReadMediaType(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        // Some tools write the empty text where they mean none.
        JsonTokenType.String => reader.GetString() is { Length: > 0 } text ? text : null,
        JsonTokenType.Null => null,
        _ => throw new FormatException("its media type is not text"),
    };
}

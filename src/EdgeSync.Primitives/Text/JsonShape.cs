using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace EdgeSync.Primitives.Text;

/// <summary>Compares JSON that could not be read with the type it should be, and names the member that does not fit: the serializer's own words name .NET's types.</summary>
internal static class JsonShape
{
    private const int MaxNameLength = 64;

    /// <summary>What does not fit first, without a full stop; null where only a value can be at fault.</summary>
    public static string? FindProblem(ReadOnlySpan<byte> utf8Json, JsonTypeInfo type)
    {
        var reader = new Utf8JsonReader(utf8Json, new JsonReaderOptions { MaxDepth = StrictJson.MaxDepth });
        return FindProblem(JsonElement.ParseValue(ref reader), type, "");
    }

    private static string? FindProblem(JsonElement element, JsonTypeInfo type, string path) => (type.Kind, element.ValueKind) switch
    {
        (JsonTypeInfoKind.None, _) or (not JsonTypeInfoKind.Object, JsonValueKind.Null) => null,
        (JsonTypeInfoKind.Object, JsonValueKind.Object) => FindProblemOfMembers(element, type, path),
        (JsonTypeInfoKind.Dictionary, JsonValueKind.Object) => FirstOf(
            element.EnumerateObject(), member => FindProblem(member.Value, ElementOf(type), Join(path, member.Name))),
        (JsonTypeInfoKind.Enumerable, JsonValueKind.Array) => FirstOf(
            element.EnumerateArray().Index(), item => FindProblem(item.Item, ElementOf(type), string.Create(CultureInfo.InvariantCulture, $"{path}[{item.Index}]"))),
        (JsonTypeInfoKind.Enumerable, _) => $"{Name(path)} is not a list",
        (_, JsonValueKind.Null) when path.EndsWith(']') => null,
        _ => $"{Name(path)} is not an object",
    };

    private static string? FindProblemOfMembers(JsonElement element, JsonTypeInfo type, string path)
    {
        var comparer = type.Options.PropertyNameCaseInsensitive ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        var names = element.EnumerateObject().Select(member => member.Name).ToHashSet(comparer);
        if (type.Properties.FirstOrDefault(property => IsRequired(property) && !names.Contains(property.Name)) is { } missing)
        {
            return $"'{Join(path, missing.Name)}' is missing";
        }

        var ignoresUnknown = (type.UnmappedMemberHandling ?? type.Options.UnmappedMemberHandling) == JsonUnmappedMemberHandling.Skip;
        var properties = type.Properties.ToDictionary(property => property.Name, comparer);
        return FirstOf(element.EnumerateObject(), member => !properties.TryGetValue(member.Name, out var property)
            ? ignoresUnknown ? null : $"'{Join(path, member.Name)}' is not known"
            : FindProblem(member.Value, property, Join(path, member.Name)));
    }

    private static string? FindProblem(JsonElement value, JsonPropertyInfo property, string path) => property switch
    {
        { CustomConverter: not null } => null,
        _ when value.ValueKind != JsonValueKind.Null => FindProblem(value, property.Options.GetTypeInfo(property.PropertyType), path),
        { IsSetNullable: false, PropertyType.IsValueType: false } => $"'{path}' is null",
        { PropertyType.IsValueType: true } when Nullable.GetUnderlyingType(property.PropertyType) is null => $"'{path}' is null",
        _ => null,
    };

    private static bool IsRequired(JsonPropertyInfo property) =>
        property.IsRequired || (property.Options.RespectRequiredConstructorParameters && property.AssociatedParameter is { HasDefaultValue: false, IsMemberInitializer: false });

    private static JsonTypeInfo ElementOf(JsonTypeInfo type) => type.Options.GetTypeInfo(type.ElementType ?? throw new UnreachableException());

    private static string? FirstOf<T>(IEnumerable<T> items, Func<T, string?> find) => items.Select(find).FirstOrDefault(problem => problem is not null);

    private static string Name(string path) => path.Length == 0 ? "the document" : $"'{path}'";

    // Names come from outside.
    private static string Join(string path, string name)
    {
        var plain = new string([.. ShortText.Of(name, MaxNameLength).Select(letter => char.IsControl(letter) ? '?' : letter)]);
        return path.Length == 0 ? plain : $"{path}.{plain}";
    }
}

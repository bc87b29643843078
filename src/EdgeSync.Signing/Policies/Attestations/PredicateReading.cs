using System.Text.Json;

namespace EdgeSync.Signing.Policies.Attestations;

/// <summary>Finds members of predicates, which may be of any shape.</summary>
internal static class PredicateReading
{
    /// <summary>The value down these members; null if one of them is missing.</summary>
    public static JsonElement? At(this JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element;
    }

    /// <summary>The text down these members; null if there is none.</summary>
    public static string? Text(this JsonElement element, params ReadOnlySpan<string> names) =>
        element.At(names) is { ValueKind: JsonValueKind.String } found ? found.GetString() : null;
}

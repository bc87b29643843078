using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Fields;

/// <summary>A field that a bundle states, and that another manager owns with another value.</summary>
/// <param name="Field">The field as a JSON pointer, with items of lists by their keys.</param>
/// <param name="Owner">The other manager.</param>
public sealed record FieldConflict(string Field, FieldOwner Owner)
{
    /// <summary>
    /// The fields that a forced apply takes from other managers, read off the object before it and after it: forced ownership is taken out of their entries.
    /// </summary>
    internal static IReadOnlyList<FieldConflict> Find(JsonObject before, JsonObject after, string manager)
    {
        var left = after.Objects("metadata", "managedFields").ToLookup(KeyOf, entry => entry["fieldsV1"], StringComparer.Ordinal);
        return
        [
            .. before.Objects("metadata", "managedFields")
                .Where(entry => entry.Text("manager") != manager)
                .SelectMany(entry => FindLost(entry["fieldsV1"], left[KeyOf(entry)].FirstOrDefault(), "").Select(pointer => new FieldConflict(pointer, FieldOwner.Of(entry))))
                .OrderBy(conflict => conflict.Field, StringComparer.Ordinal),
        ];
    }

    /// <summary>For people: who has which fields, <c>kubectl-edit has /spec/replicas</c>.</summary>
    public static string Describe(IEnumerable<FieldConflict> conflicts) => string.Join("; ", conflicts
        .GroupBy(conflict => conflict.Owner.Manager, StringComparer.Ordinal)
        .Select(owner => $"'{owner.Key}' has {string.Join(", ", owner.Select(conflict => conflict.Field).Distinct(StringComparer.Ordinal))}"));

    private static string KeyOf(JsonObject entry) =>
        string.Join('\n', entry.Text("manager"), entry.Text("operation"), entry.Text("apiVersion"), entry.Text("subresource"));

    private static IEnumerable<string> FindLost(JsonNode? before, JsonNode? after, string path)
    {
        if (before is not JsonObject { Count: > 0 } fields)
        {
            return after is null ? [path] : [];
        }

        return fields
            .Where(field => field.Key != "." && after.At(field.Key) is not JsonObject { Count: 0 })
            .SelectMany(field => FindLost(field.Value, after.At(field.Key), $"{path}/{PositionMap.Escape(field.Key.StartsWith("f:", StringComparison.Ordinal) ? field.Key[2..] : field.Key)}"));
    }
}

/// <summary>A field manager that wrote a field.</summary>
/// <param name="Manager">Its name: <c>kubectl-edit</c>.</param>
/// <param name="Operation"><c>Apply</c> or <c>Update</c>.</param>
/// <param name="At">When it wrote last, UTC; null where the cluster does not say.</param>
public sealed record FieldOwner(string Manager, string Operation, DateTimeOffset? At)
{
    /// <summary>The manager of an entry of <c>metadata.managedFields</c>.</summary>
    internal static FieldOwner Of(JsonObject entry) => new(entry.Text("manager") ?? "", entry.Text("operation") ?? "", Time(entry.Text("time")));

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUniversalTime() : null;
}

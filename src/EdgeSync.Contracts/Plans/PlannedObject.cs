using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace EdgeSync.Contracts.Plans;

/// <summary>One object of a plan or a diff.</summary>
public sealed record PlannedObject
{
    /// <summary>Group and version.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>The kind.</summary>
    public required string Kind { get; init; }

    /// <summary>The namespace; null for an object of the whole cluster.</summary>
    public string? Namespace { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>What would be done with it, or how it is.</summary>
    public required PlanAction Action { get; init; }

    /// <summary>The fields that differ; null where none is shown.</summary>
    public IReadOnlyList<FieldDifference>? Fields { get; init; }

    /// <summary>The fields that another manager owns with another value; null where there is none.</summary>
    public IReadOnlyList<PlannedConflict>? Conflicts { get; init; }

    /// <summary>The reason code of a refusal, or null.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it would be refused, or what else people should know; or null.</summary>
    public string? Message { get; init; }

    /// <summary>What an operator can do, or null.</summary>
    public string? Hint { get; init; }
}

/// <summary>One field that differs.</summary>
public sealed record FieldDifference
{
    /// <summary>The field as people write it: <c>spec.template.spec.containers[0].image</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The same as a JSON pointer (RFC 6901).</summary>
    public required string JsonPointer { get; init; }

    /// <summary>What happens to it.</summary>
    public required FieldAction Action { get; init; }

    /// <summary>The live value; null where there is none, and where it is secret.</summary>
    public JsonNode? Before { get; init; }

    /// <summary>The value that the bundle says; null where there is none, and where it is secret.</summary>
    public JsonNode? After { get; init; }

    /// <summary>Whether the values are secret and therefore left out.</summary>
    public bool Masked { get; init; }

    /// <summary>Who wrote the live value where that was not EdgeSync; null where the cluster does not know.</summary>
    public FieldWriter? ChangedBy { get; init; }
}

/// <summary>A field that the bundle states and another manager owns with another value.</summary>
/// <param name="Field">The field as a JSON pointer, with items of lists by their keys, as <c>ignore</c> takes it.</param>
/// <param name="Action">What becomes of it.</param>
/// <param name="Owner">The other manager.</param>
public sealed record PlannedConflict(string Field, ConflictAction Action, FieldWriter Owner);

/// <summary>A field manager that wrote a field.</summary>
/// <param name="Manager">Its name.</param>
/// <param name="Operation"><c>Apply</c> or <c>Update</c>.</param>
/// <param name="At">When, UTC; null where it is not known.</param>
public sealed record FieldWriter(string Manager, string Operation, DateTimeOffset? At);

/// <summary>What happens to an object in a plan, or how it is in a diff.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PlanAction>))]
public enum PlanAction
{
    /// <summary>It would be created.</summary>
    [JsonStringEnumMemberName("created")] Created,

    /// <summary>Fields of it would change.</summary>
    [JsonStringEnumMemberName("configured")] Configured,

    /// <summary>It would be deleted and created again, as its manifest allows.</summary>
    [JsonStringEnumMemberName("recreated")] Recreated,

    /// <summary>It would be deleted.</summary>
    [JsonStringEnumMemberName("deleted")] Deleted,

    /// <summary>It stays as it is.</summary>
    [JsonStringEnumMemberName("unchanged")] Unchanged,

    /// <summary>The bundle does not have it any more, and it stays: its manifest forbids that it is pruned.</summary>
    [JsonStringEnumMemberName("kept")] Kept,

    /// <summary>The cluster would refuse it.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>Diff: it should be there, and is not.</summary>
    [JsonStringEnumMemberName("missing")] Missing,

    /// <summary>Diff: fields are not what the bundle says.</summary>
    [JsonStringEnumMemberName("drifted")] Drifted,

    /// <summary>Diff: the bundle does not have it.</summary>
    [JsonStringEnumMemberName("leftOver")] LeftOver,
}

/// <summary>What happens to a field.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FieldAction>))]
public enum FieldAction
{
    /// <summary>It gets another value.</summary>
    [JsonStringEnumMemberName("changed")] Changed,

    /// <summary>The live object does not have it.</summary>
    [JsonStringEnumMemberName("added")] Added,

    /// <summary>Only the live object has it.</summary>
    [JsonStringEnumMemberName("removed")] Removed,
}

/// <summary>What becomes of a field that another manager owns.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConflictAction>))]
public enum ConflictAction
{
    /// <summary>EdgeSync takes it over.</summary>
    [JsonStringEnumMemberName("taken")] Taken,

    /// <summary>It stays with the other manager.</summary>
    [JsonStringEnumMemberName("left")] Left,

    /// <summary>Nothing of the bundle is written.</summary>
    [JsonStringEnumMemberName("refused")] Refused,
}

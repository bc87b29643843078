using System.Globalization;
using System.Text.Json;
using EdgeSync.Signing.Sigstore;

namespace EdgeSync.Signing.Policies.Conditions;

/// <summary>What one value must be. Texts, numbers, true, false and null are compared as they are written; objects and lists meet no test.</summary>
public abstract record ValueTest
{
    private ValueTest()
    {
    }

    /// <summary>Whether the value meets it.</summary>
    internal abstract bool Holds(JsonElement value, DateTimeOffset now);

    /// <summary>The value is one of these.</summary>
    /// <param name="Texts">Each as text; a number is equal however it is written.</param>
    public sealed record OneOf(IReadOnlyList<string> Texts) : ValueTest
    {
        internal override bool Holds(JsonElement value, DateTimeOffset now) => Texts.Any(text => IsEqual(value, text));

        /// <inheritdoc/>
        public override string ToString() => Texts is [var only] ? $"be '{only}'" : $"be one of {string.Join(", ", Texts.Select(t => $"'{t}'"))}";
    }

    /// <summary>The value is none of these.</summary>
    /// <param name="Texts">Each as text.</param>
    public sealed record NoneOf(IReadOnlyList<string> Texts) : ValueTest
    {
        internal override bool Holds(JsonElement value, DateTimeOffset now) => IsScalar(value) && !Texts.Any(text => IsEqual(value, text));

        /// <inheritdoc/>
        public override string ToString() => $"not be {string.Join(" or ", Texts.Select(t => $"'{t}'"))}";
    }

    /// <summary>The text matches as a whole.</summary>
    /// <param name="Pattern">The pattern with stars.</param>
    public sealed record Matching(IdentityPattern Pattern) : ValueTest
    {
        internal override bool Holds(JsonElement value, DateTimeOffset now) =>
            value.ValueKind == JsonValueKind.String && Pattern.Matches(value.GetString()!);

        /// <inheritdoc/>
        public override string ToString() => $"match '{Pattern}'";
    }

    /// <summary>The number is within bounds.</summary>
    /// <param name="Least">The lower bound, or null.</param>
    /// <param name="Most">The upper bound, or null.</param>
    /// <param name="IsOpen">Whether the bounds themselves are outside.</param>
    public sealed record Within(decimal? Least, decimal? Most, bool IsOpen) : ValueTest
    {
        internal override bool Holds(JsonElement value, DateTimeOffset now) =>
            value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number)
            && (Least is not { } least || (IsOpen ? number > least : number >= least))
            && (Most is not { } most || (IsOpen ? number < most : number <= most));

        /// <inheritdoc/>
        public override string ToString() => string.Join(" and ", new[]
        {
            Least is { } least ? string.Create(CultureInfo.InvariantCulture, $"be {(IsOpen ? "more than" : "at least")} {least}") : null,
            Most is { } most ? string.Create(CultureInfo.InvariantCulture, $"be {(IsOpen ? "less than" : "at most")} {most}") : null,
        }.Where(part => part is not null));
    }

    /// <summary>The time (RFC 3339) is not longer ago than this.</summary>
    /// <param name="Age">How long at most.</param>
    public sealed record NotOlder(TimeSpan Age) : ValueTest
    {
        internal override bool Holds(JsonElement value, DateTimeOffset now) =>
            value.ValueKind == JsonValueKind.String && PredicateTime.TryRead(value.GetString()!, out var time) && now - time <= Age;

        /// <inheritdoc/>
        public override string ToString() => $"be a time not longer ago than {PredicateTime.Describe(Age)}";
    }

    private static bool IsScalar(JsonElement value) => value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Undefined);

    private static bool IsEqual(JsonElement value, string text) => value.ValueKind switch
    {
        JsonValueKind.String => value.ValueEquals(text),
        JsonValueKind.Number => value.TryGetDecimal(out var number)
            && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var wanted)
                ? number == wanted
                : value.GetRawText() == text,
        JsonValueKind.True => text == "true",
        JsonValueKind.False => text == "false",
        JsonValueKind.Null => text == "null",
        _ => false,
    };
}

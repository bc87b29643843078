using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace EdgeSync.Signing.Policies.Conditions;

/// <summary>
/// A JSONPath (RFC 9535) with name, index and wildcard selectors, and none of those that search or compute (<c>..</c>, slices, filters, unions): each
/// value is visited at most once, so that no path costs more than reading the document. Immutable.
/// </summary>
public sealed class JsonPath
{
    /// <summary>The longest path, in characters.</summary>
    public const int MaxLength = 512;

    /// <summary>The most values that are read; a longer result is reported as too long.</summary>
    public const int MaxValues = 100_000;

    private readonly string _text;
    private readonly IReadOnlyList<JsonPathStep> _steps;

    private JsonPath(string text, IReadOnlyList<JsonPathStep> steps)
    {
        _text = text;
        _steps = steps;
    }

    /// <summary>Whether it can find more than one value.</summary>
    public bool IsPlural => _steps.Any(step => step.IsWildcard);

    /// <summary>Reads a path; if the result is false, <paramref name="problem"/> says why.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonPath? path, out string problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        path = null;
        if (text.Length > MaxLength)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"the path has more than {MaxLength} characters");
            return false;
        }

        if (!text.StartsWith('$'))
        {
            problem = "the path does not begin with '$'; write it as $.builder.id or $['a-b'][0].*";
            return false;
        }

        var steps = new List<JsonPathStep>();
        for (var at = 1; at < text.Length;)
        {
            if (JsonPathStep.TryRead(text, ref at, out problem) is not { } step)
            {
                return false;
            }

            steps.Add(step);
        }

        path = new JsonPath(text, steps);
        problem = "";
        return true;
    }

    /// <summary>The values at this path, in the document's order; null if there are more than <see cref="MaxValues"/>.</summary>
    public IReadOnlyList<JsonElement>? Select(JsonElement root)
    {
        List<JsonElement> found = [root];
        foreach (var step in _steps)
        {
            var next = new List<JsonElement>();
            foreach (var value in found)
            {
                if (!step.AddTo(next, value, MaxValues))
                {
                    return null;
                }
            }

            found = next;
        }

        return found;
    }

    /// <summary>The path as it was written.</summary>
    public override string ToString() => _text;
}

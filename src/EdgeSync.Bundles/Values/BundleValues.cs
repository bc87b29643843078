using System.Text;
using System.Text.Json.Nodes;
using EdgeSync.Bundles.Linting.Schemas;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Values;

/// <summary>
/// Puts the values of one site into the objects of a bundle. It goes on after a fault, so that a person sees all of them at once, and remembers which values
/// were used.
/// </summary>
internal sealed class BundleValues(IReadOnlyDictionary<string, ValueDeclaration> declared, ValueSources sources)
{
    private static readonly ValueDeclaration AnyText = new();

    private readonly Dictionary<string, FoundValue> _found = new(StringComparer.Ordinal);
    private readonly List<ValueFault> _faults = [];
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    /// <summary>What is wrong; each value is reported once.</summary>
    public IReadOnlyList<ValueFault> Faults => _faults;

    /// <summary>The values that were used.</summary>
    public ValuesInEffect InEffect => new()
    {
        Values = Used(value => value.Source is null ? value.Text : null) ?? [],
        Secrets = Used(value => value.Source?.ToString()),
    };

    /// <summary>A copy of the object with the values; the same object where it has no reference.</summary>
    public KubernetesObject Fill(KubernetesObject item)
    {
        var places = ValuePlaces.Find(item);
        _faults.AddRange(places.Problems.Select(found => new ValueFault(item, found.Pointer, found.Problem, IsOfTheSite: false)));
        return places.Fill(item, place => Fill(item, place));
    }

    /// <summary>What the release gives and the bundle does not take, in words.</summary>
    public IEnumerable<string> FindUnknown() =>
        from name in sources.Release.Keys
        let problem = !declared.TryGetValue(name, out var declaration) ? "the bundle declares no such value" : declaration.Secret ? "it is a secret, which only a site can give" : null
        where problem is not null
        select $"the release gives the value {name}: {problem}";

    /// <summary>Why this field may not refer to this value, or null if it may. <paramref name="declaration"/> is null if the bundle does not declare the value.</summary>
    public static string? FindPlaceProblem(KubernetesObject item, ValuePlace place, string name, ValueDeclaration? declaration) =>
        declaration is null && !ValueName.IsBuiltIn(name) ? $"the value {name} is not declared; declare it below 'values' in bundle.yaml"
        : declaration?.Secret == true && !(item.Id.GroupKind == "Secret" && place.IsSecret) ? $"{name} is a secret; only 'data' and 'stringData' of a Secret can have it"
        : null;

    /// <summary>
    /// The field at a place where each reference has become its text. One that is nothing but a reference (<paramref name="only"/>) gets the declared type,
    /// unless Kubernetes wants a text there.
    /// </summary>
    public static JsonNode FieldOf(KubernetesObject item, ValuePlace place, ValueDeclaration? only, Func<string, string?, string> valueOf)
    {
        var text = place.Template.Fill(valueOf);
        return item.Id.GroupKind == "Secret" && place.IsEncoded && place.Template.References.Any() ? (JsonNode)Convert.ToBase64String(Encoding.UTF8.GetBytes(text))
            : only is null || only.Type == DeclaredType.Text || TextFields.Has(item.Id, place.Path) ? (JsonNode)text
            : only.ToJson(text);
    }

    private JsonNode Fill(KubernetesObject item, ValuePlace place)
    {
        var hasFault = false;
        foreach (var (name, fallback) in place.Template.References)
        {
            var declaration = declared.GetValueOrDefault(name);
            var value = FindPlaceProblem(item, place, name, declaration) is { } problem ? new FoundValue { Problem = problem } : Find(name, declaration, fallback);
            if (value.Problem is not null)
            {
                hasFault = true;
                if (_reported.Add(name))
                {
                    _faults.Add(new ValueFault(item, place.Pointer, value.Problem, value.IsOfTheSite));
                }
            }
        }

        return hasFault
            ? (JsonNode)""
            : FieldOf(item, place, place.Template.OnlyName is { } only ? declared.GetValueOrDefault(only) : null, (name, fallback) => Find(name, declared.GetValueOrDefault(name), fallback).Text!);
    }

    // A default in the manifest counts at its place only.
    private FoundValue Find(string name, ValueDeclaration? declaration, string? fallback)
    {
        if (!_found.TryGetValue(name, out var found))
        {
            _found[name] = found = Check(name, declaration ?? AnyText, sources.Kept is { } kept ? Recall(name, kept) : Look(name, declaration));
        }

        return found is { Text: null, Problem: null } && fallback is not null
            ? Check(name, declaration ?? AnyText, new FoundValue { Text = fallback })
            : found is { Text: null, Problem: null } ? new FoundValue { Problem = Missing(name, declaration), IsOfTheSite = true }
            : found;
    }

    private static FoundValue Recall(string name, ValuesInEffect kept) =>
        kept.Secrets?.GetValueOrDefault(name) is { } reference ? Read(SecretSource.Parse(reference)) : new FoundValue { Text = kept.Values.GetValueOrDefault(name), IsOfTheSite = true };

    private FoundValue Look(string name, ValueDeclaration? declaration)
    {
        if (declaration is null)
        {
            return new FoundValue { Text = LookBuiltIn(name), IsOfTheSite = true };
        }

        if (sources.Own.TryGetValue(name, out var own))
        {
            return (declaration.Secret, own) switch
            {
                (true, { Source: { } source }) => Read(source),
                (false, { Text: { } text }) => new FoundValue { Text = text, IsOfTheSite = true },
                (true, _) => new FoundValue { Problem = $"the value {name} is a secret; name its place in edgesync.yaml, 'values: {{{name}: {{file: PATH}}}}', and not the secret itself", IsOfTheSite = true },
                _ => new FoundValue { Problem = $"the value {name} is no secret by the bundle's declaration, so that it would be shown; write the value itself in edgesync.yaml, or declare it as a secret", IsOfTheSite = true },
            };
        }

        return new FoundValue { Text = sources.Release.GetValueOrDefault(name) ?? declaration.Default };
    }

    private string? LookBuiltIn(string name) => name switch
    {
        ValueName.Site => sources.Site,
        ValueName.Fleet => sources.Fleet,
        _ when sources.Labels.Where(label => ValueName.OfLabel(label.Key) == name).ToList() is [var only] => only.Value,
        _ => null,
    };

    private static FoundValue Read(SecretSource source)
    {
        try
        {
            return new FoundValue { Text = source.Read(), Source = source, IsOfTheSite = true };
        }
        catch (BundleException failure)
        {
            return new FoundValue { Problem = failure.Message, IsOfTheSite = true };
        }
    }

    private static FoundValue Check(string name, ValueDeclaration declaration, FoundValue value) =>
        value.Text is { } text && declaration.FindProblem(text) is { } problem ? new FoundValue { Problem = $"the value {name} {problem}", IsOfTheSite = value.IsOfTheSite } : value;

    private static string Missing(string name, ValueDeclaration? declaration) => declaration switch
    {
        { Secret: true } => $"the secret {name} is not set; give it in edgesync.yaml, 'values: {{{name}: {{file: PATH}}}}'",
        not null => $"the value {name} is not set; give it in edgesync.yaml, 'values: {{{name}: …}}', or in the release",
        null => $"the value {name} is not set: the site has no label of this name, or two; write a default, '${{{name}:=…}}', or give the site the label",
    };

    private SortedDictionary<string, string>? Used(Func<FoundValue, string?> choose)
    {
        var used = _found.Select(found => (Name: found.Key, Text: choose(found.Value))).Where(found => found.Text is not null)
            .ToDictionary(found => found.Name, found => found.Text!, StringComparer.Ordinal);
        return used.Count > 0 ? new SortedDictionary<string, string>(used, StringComparer.Ordinal) : null;
    }

    // No record: the text of a record shows its members, and this may be a secret.
    private sealed class FoundValue
    {
        /// <summary>The value; null where there is none.</summary>
        public string? Text { get; init; }

        /// <summary>Where the value is, if it is a secret.</summary>
        public SecretSource? Source { get; init; }

        /// <summary>Why it cannot be used, or null.</summary>
        public string? Problem { get; init; }

        /// <summary>Whether the site gives it, or has to.</summary>
        public bool IsOfTheSite { get; init; }
    }
}

/// <summary>Something that keeps a value from being put into an object.</summary>
/// <param name="Item">The object.</param>
/// <param name="Pointer">The JSON pointer of the text.</param>
/// <param name="Problem">What is wrong, in words.</param>
/// <param name="IsOfTheSite">Whether the site's configuration has to change, and not the bundle or its release.</param>
internal sealed record ValueFault(KubernetesObject Item, string Pointer, string Problem, bool IsOfTheSite);

using System.Globalization;
using EdgeSync.Bundles.Definition;
using EdgeSync.Bundles.Values;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting;

/// <summary>
/// Puts a sample in the place of each reference, so that the other rules see objects as a site will have them: the default, the first of the values that are
/// allowed, or a value of the type that is made up.
/// </summary>
internal sealed class ValueSamples
{
    // What depends on the value, and not only on its type.
    private static readonly string[] ValueRules =
    [
        LintRules.FieldValue, LintRules.ListDuplicate, LintRules.NameInvalid, LintRules.LabelInvalid, LintRules.SelectorMismatch, LintRules.ReferenceMissing,
    ];

    private readonly HashSet<(string File, int Line, int Column)> _madeUp = [];
    private readonly List<(KubernetesObject Item, ValuePlaces Places)> _objects = [];

    public ValueSamples(IReadOnlyList<NamedValue> declared) =>
        Declared = declared.DistinctBy(value => value.Name).ToDictionary(value => value.Name, value => value.Declaration, StringComparer.Ordinal);

    /// <summary>The declared values.</summary>
    public IReadOnlyDictionary<string, ValueDeclaration> Declared { get; }

    /// <summary>The objects as they are written, with their references.</summary>
    public IReadOnlyList<(KubernetesObject Item, ValuePlaces Places)> Objects => _objects;

    /// <summary>The object with samples.</summary>
    public KubernetesObject Fill(KubernetesObject item)
    {
        var places = ValuePlaces.Find(item);
        _objects.Add((item, places));
        foreach (var (pointer, _) in places.Problems)
        {
            // The other rules would find fault with the reference itself.
            RememberOnly(item, pointer);
        }

        return places.Fill(item, place =>
        {
            if (place.Template.References.Any(reference => KnownSample(reference.Name, reference.Default) is null))
            {
                Remember(item, place.Pointer);
            }

            var only = place.Template.OnlyName is { } name ? Declared.GetValueOrDefault(name) : null;
            return BundleValues.FieldOf(item, place, only, (name, fallback) => KnownSample(name, fallback) ?? MakeUp(Declared.GetValueOrDefault(name)));
        });
    }

    /// <summary>Whether a member of the object is a secret of each site, and not one that lies in the bundle.</summary>
    public bool IsSecretOfTheSite(KubernetesObject item, string pointer) => _objects.Exists(known => known.Item.Id == item.Id && known.Item.Source == item.Source
        && known.Places.All.Any(place => place.Pointer == pointer && place.Template.References.Any(reference => Declared.GetValueOrDefault(reference.Name)?.Secret == true)));

    /// <summary>Whether a finding is about a value that was made up; the site's may be right.</summary>
    public bool Excuses(LintFinding finding) => ValueRules.Contains(finding.Rule, StringComparer.Ordinal) && _madeUp.Contains((finding.File, finding.Line, finding.Column));

    private string? KnownSample(string name, string? fallback)
    {
        var declaration = Declared.GetValueOrDefault(name);
        return declaration?.Default ?? (fallback is not null && declaration?.FindProblem(fallback) is null ? fallback : (declaration?.Enum is [var first, ..] ? first : null));
    }

    private static string MakeUp(ValueDeclaration? declaration) => declaration switch
    {
        { Type: DeclaredType.Flag } => "true",
        { Type: DeclaredType.WholeNumber or DeclaredType.Number, Minimum: { } minimum } => decimal.Ceiling(minimum).ToString("0", CultureInfo.InvariantCulture),
        { Type: DeclaredType.WholeNumber or DeclaredType.Number, Maximum: { } maximum } => decimal.Floor(Math.Min(1, maximum)).ToString("0", CultureInfo.InvariantCulture),
        { Type: DeclaredType.WholeNumber or DeclaredType.Number } => "1",
        _ => "x",
    };

    private void RememberOnly(KubernetesObject item, string pointer)
    {
        var position = item.Source!.Positions.Find(pointer);
        _madeUp.Add((item.Source.File, position.Line, position.Column));
    }

    // A finding about a list or a map is at its own position.
    private void Remember(KubernetesObject item, string pointer)
    {
        for (; ; pointer = pointer[..pointer.LastIndexOf('/')])
        {
            RememberOnly(item, pointer);
            if (pointer.Length == 0)
            {
                return;
            }
        }
    }
}

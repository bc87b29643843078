using System.Globalization;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Kubernetes.Hooks;

/// <summary>
/// A Job that runs at certain moments of an activation, and is no object that is applied and kept. Its annotations say when.
/// </summary>
/// <param name="Job">The Job.</param>
/// <param name="Moments">When it runs; each of them is a run of its own.</param>
public sealed record Hook(KubernetesObject Job, IReadOnlyList<HookMoment> Moments)
{
    /// <summary>The annotation that makes a Job a hook; its value names one moment or several, with commas between them.</summary>
    public const string Annotation = "edgesync.dev/hook";

    /// <summary>The annotation with the hook's own time limit.</summary>
    public const string TimeoutAnnotation = "edgesync.dev/hook-timeout";

    /// <summary>The annotation with the hook's place among those of the same moment; lower numbers run first.</summary>
    public const string WeightAnnotation = "edgesync.dev/hook-weight";

    private const string JobKind = "Job.batch";
    private const string Pointer = "/metadata/annotations";
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(24);

    /// <summary>How long it may take; null leaves it to the channel's deadline for health.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Its place among the hooks of the same moment.</summary>
    public int Weight { get; init; }

    /// <summary>Whether it is a check of a preflight and belongs to no activation.</summary>
    public bool IsCheck => Moments.Contains(HookMoment.Preflight);

    /// <summary>Whether the object says that it is a hook, rightly or not.</summary>
    public static bool IsOne(KubernetesObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return item.Json.At("metadata", "annotations", Annotation) is not null;
    }

    /// <summary>The hook that an object says it is. Only for one in which <see cref="FindProblems"/> finds nothing.</summary>
    public static Hook Read(KubernetesObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return new Hook(item, [.. NamesOf(item).Select(name => HookMoments.Find(name)!.Value).Distinct().Order()])
        {
            Timeout = TextOf(item, TimeoutAnnotation) is { } timeout ? ParseTimeout(timeout) : null,
            Weight = TextOf(item, WeightAnnotation) is { } weight ? int.Parse(weight, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0,
        };
    }

    /// <summary>What is wrong with an object's annotations of a hook, each with its JSON pointer; empty where nothing is, or where it has none.</summary>
    public static IReadOnlyList<(string Pointer, string Problem)> FindProblems(KubernetesObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var problems = new List<(string, string)>();
        if (!IsOne(item))
        {
            problems.AddRange(new[] { TimeoutAnnotation, WeightAnnotation }.Where(name => item.Json.At("metadata", "annotations", name) is not null)
                .Select(name => (At(name), $"it has '{name}' without '{Annotation}', and so is no hook")));
            return problems;
        }

        if (item.Id.GroupKind != JobKind)
        {
            problems.Add((At(Annotation), $"only a Job of batch/v1 can be a hook, and it is a {item.Kind}"));
        }

        if (item.Json.At("metadata", "generateName") is not null)
        {
            problems.Add(("/metadata/generateName", "a hook needs a name of its own; 'generateName' gives another Job with every run"));
        }

        problems.AddRange(NamesOf(item).Where(name => HookMoments.Find(name) is null).Select(name => (At(Annotation), Unknown(name))));
        if (NamesOf(item) is { Length: > 1 } names && names.Contains(HookMoment.Preflight.Name()))
        {
            problems.Add((At(Annotation), "a Job that checks the site in a preflight cannot be a hook of an activation as well; make two Jobs"));
        }

        if (item.Json.At("metadata", "annotations", TimeoutAnnotation) is { } timeout && ParseTimeout(timeout.Text() ?? "") is null)
        {
            problems.Add((At(TimeoutAnnotation), $"'{TimeoutAnnotation}' must be a whole number with the unit s, m or h, from 1s to 24h, as in 90s"));
        }

        if (item.Json.At("metadata", "annotations", WeightAnnotation) is { } weight
            && !int.TryParse(weight.Text(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            problems.Add((At(WeightAnnotation), $"'{WeightAnnotation}' must be a whole number in quotes, as in \"-5\""));
        }

        if (item.Json.IsTrue("spec", "suspend") || item.Json.Number("spec", "parallelism") == 0)
        {
            problems.Add(("/spec", "the Job is suspended or has a parallelism of 0, so that it would never end"));
        }

        return problems;
    }

    /// <summary>For people: <c>pre-activate hook Job shop/migrate</c>.</summary>
    public static string Describe(HookMoment moment, ObjectId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return $"{moment.Name()} hook {id}";
    }

    private static string[] NamesOf(KubernetesObject item) => (TextOf(item, Annotation) ?? "").Split(',', StringSplitOptions.TrimEntries);

    private static string? TextOf(KubernetesObject item, string annotation) => item.Json.Text("metadata", "annotations", annotation);

    private static string At(string annotation) => $"{Pointer}/{PositionMap.Escape(annotation)}";

    private static string Unknown(string name)
    {
        var nearest = NearestName.Find(name, HookMoments.Names) is { } near ? $"; did you mean '{near}'?" : "";
        return $"'{name}' is no hook, there are {string.Join(", ", HookMoments.Names)}{nearest}";
    }

    private static TimeSpan? ParseTimeout(string text)
    {
        var unit = text.Length == 0 ? TimeSpan.Zero : text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            _ => TimeSpan.Zero,
        };
        return unit > TimeSpan.Zero && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && unit * number <= LongestTimeout
            ? unit * number
            : null;
    }
}

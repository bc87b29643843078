using System.Text.RegularExpressions;
using EdgeSync.Primitives;
using EdgeSync.Yaml;

namespace EdgeSync.Bundles.Definition;

/// <summary>Reads <c>chart</c> of a component.</summary>
internal static partial class ChartReader
{
    private const int MaxReleaseName = 53; // Helm's own limit
    private const string OciScheme = "oci://";

    public static ChartDefinition Read(YamlSection map)
    {
        var path = map.CheckedText("path", required: false, BundleDefinitionReader.PathFault);
        var reference = map.CheckedText("reference", required: false, ReferenceProblem);
        var repository = map.CheckedText("repository", required: false, RepositoryProblem);
        var name = map.CheckedText("name", required: false, text => ChartName().IsMatch(text) ? null : $"'{text}' is no name of a chart");
        var version = map.CheckedText("version", required: false, text => IsExactVersion(text)
            ? null
            : $"'{text}' is no exact version, so that another chart could come tomorrow; write one as in 1.2.3");
        if (new[] { map.Has("path"), map.Has("reference"), map.Has("repository") }.Count(given => given) != 1)
        {
            map.Fault("", "a chart needs exactly one of 'path', 'reference' and 'repository'");
        }
        else if (map.Has("repository") != map.Has("name"))
        {
            map.Fault("", "'repository' and 'name' belong together");
        }
        else if (map.Has("path") && map.Has("version"))
        {
            map.Fault("version", "a chart from the bundle's folder has its version in Chart.yaml");
        }
        else if (!map.Has("path") && !map.Has("version") && reference?.Contains('@', StringComparison.Ordinal) != true)
        {
            map.Fault("", "the chart has no 'version', so that another chart could come tomorrow; write the exact version, or a reference with @sha256:…");
        }

        return new ChartDefinition
        {
            Chart = path is not null ? BundleDefinitionReader.Normalize(path) : reference ?? name ?? "",
            Repository = repository,
            IsLocal = path is not null,
            Version = version,
            ReleaseName = map.CheckedText("releaseName", required: false, text => EntityName.IsValid(text) && text.Length <= MaxReleaseName
                ? null
                : $"'{text}' is no name of a release; use at most {MaxReleaseName} lower-case letters, digits and dashes"),
            Values = [.. map.Items("values").Select(ReadPath).OfType<string>()],
            Set = ReadSet(map),
            KubeVersion = map.CheckedText("kubeVersion", required: false, text => IsExactVersion(text) ? null : $"'{text}' is no version of Kubernetes; write one as in 1.30.0"),
            ApiVersions = map.StrictTexts("apiVersions"),
            Hooks = map.CheckedText("hooks", required: false, text => text is "run" or "refuse" or "omit" ? null : $"'{text}' is not 'run', 'refuse' or 'omit'") switch
            {
                "refuse" => ChartHooks.Refuse,
                "omit" => ChartHooks.Omit,
                _ => ChartHooks.Run,
            },
        };
    }

    /// <summary>Whether a version names one release and no range.</summary>
    public static bool IsExactVersion(string text) => ExactVersion().IsMatch(text);

    private static string? ReadPath(YamlItem item)
    {
        if (DefinitionValues.TextOf(item, "an entry of 'values'") is not { } path)
        {
            return null;
        }

        if (BundleDefinitionReader.PathFault(path) is { } problem)
        {
            item.Fault(problem);
        }

        return BundleDefinitionReader.Normalize(path);
    }

    private static IReadOnlyList<(string, string, bool)> ReadSet(YamlSection map)
    {
        var values = new List<(string Key, string Value, bool IsText)>();
        if (map.TryGet("set", YamlKind.Section, "a map of keys and values, such as image.tag: \"1.2\"", out var section))
        {
            foreach (var (key, value, _) in section.Entries)
            {
                if (value.Kind != YamlKind.Scalar || value.Value.Any(char.IsControl) || key.Value.Length == 0 || key.Value.AsSpan().ContainsAny(",=\\\n"))
                {
                    map.Fault("set", $"'{key.Value}' must be a key such as image.tag with a single value; put maps and lists into a file of 'values'");
                }

                values.Add((key.Value, value.Value, !value.IsPlain));
            }
        }

        return [.. values.OrderBy(value => value.Key, StringComparer.Ordinal)];
    }

    private static string? ReferenceProblem(string text) =>
        !text.StartsWith(OciScheme, StringComparison.Ordinal) ? $"'{text}' must begin with {OciScheme}"
        : !OciChart().IsMatch(text) ? "write it as oci://registry/path/chart, with a tag under 'version', or with @sha256:… behind it"
        : null;

    private static string? RepositoryProblem(string text) =>
        !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") ? "it must be a URL with https:// or http://"
        : url.UserInfo.Length > 0 ? "it must not hold a password; use 'helm registry login' or Helm's own configuration"
        : null;

    [GeneratedRegex(@"\Av?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex ExactVersion();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex ChartName();

    [GeneratedRegex(@"\Aoci://[A-Za-z0-9.\[\]-]+(:\d+)?(/[a-z0-9._-]+)+(@sha256:[0-9a-f]{64})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex OciChart();
}

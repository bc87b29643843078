using EdgeSync.Bundles.Definition;

namespace EdgeSync.Bundles.Rendering;

/// <summary>The arguments of <c>helm template</c> for a component.</summary>
internal static class HelmArguments
{
    public static IReadOnlyList<string> Of(ComponentDefinition component, ChartDefinition chart)
    {
        // With a leading dot, no path is taken for an option or a URL.
        List<string> arguments =
        [
            "template", chart.ReleaseName ?? component.Name, chart.IsLocal ? $"./{chart.Chart}" : chart.Chart,
            "--namespace", component.Namespace ?? "default", "--include-crds",
        ];
        Add("--repo", chart.Repository);
        Add("--version", chart.Version);
        Add("--kube-version", chart.KubeVersion);
        foreach (var version in chart.ApiVersions)
        {
            Add("--api-versions", version);
        }

        foreach (var file in chart.Values)
        {
            Add("--values", $"./{file}");
        }

        foreach (var (key, value, isText) in chart.Set)
        {
            Add(isText ? "--set-string" : "--set", $"{key}={Escape(value)}");
        }

        return arguments;

        void Add(string option, string? value)
        {
            if (value is not null)
            {
                arguments.Add(option);
                arguments.Add(value);
            }
        }
    }

    // To Helm, a comma begins the next value and a brace a list.
    private static string Escape(string value) =>
        string.Concat(value.Select(letter => letter is '\\' or ',' or '{' or '}' ? $"\\{letter}" : letter.ToString()));
}

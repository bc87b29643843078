using System.Globalization;
using EdgeSync.Primitives.Text;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary>
/// Applies <c>EDGESYNC_…</c> variables to the file: <c>__</c> goes one level down, a number is an index in a list, case and single underscores
/// do not matter (<c>EDGESYNC_STATE_DIRECTORY</c>, <c>EDGESYNC_CHANNELS__0__EVERY</c>).
/// </summary>
internal sealed class EnvironmentOverrides(YamlFile file)
{
    public const string Prefix = "EDGESYNC_";

    private const string ValuesKey = "values";

    /// <summary>Variables that the program itself or its tools read, and that are no keys.</summary>
    private static readonly string[] Reserved = ["EDGESYNC_CONFIG", "EDGESYNC_KUBECONFIG", "EDGESYNC_KEY_PASSWORD", "EDGESYNC_TESTBED_RUN"];

    public void Apply(YamlNode root, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> rootKeys)
    {
        var named = environment.Where(variable => variable.Key.StartsWith(Prefix, StringComparison.Ordinal) && !Reserved.Contains(variable.Key, StringComparer.Ordinal));
        foreach (var (name, value) in named.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            var path = name[Prefix.Length..].Split("__");
            var first = WithoutUnderscores(path[0]);
            if (rootKeys.Contains(first, StringComparer.OrdinalIgnoreCase))
            {
                Set(root, path, name, value);
            }
            else if (NearestName.Find(first, rootKeys) is { } near)
            {
                file.Faults.Add(new YamlFault(name, null, "", $"unknown variable; did you mean {Prefix}{near.ToUpperInvariant()}?"));
            }
            else
            {
                // Kubernetes gives pods variables that are named after services, so a foreign name can be intended.
                file.Warnings.Add(new YamlFault(name, null, "", "is no key of the configuration and has no effect"));
            }
        }
    }

    private void Set(YamlNode root, string[] path, string variable, string value)
    {
        var node = root;
        for (var level = 0; level < path.Length; level++)
        {
            var next = level == path.Length - 1
                ? new YamlNode(YamlKind.Scalar, variable) { Value = value }
                : new YamlNode(path[level + 1].Length > 0 && path[level + 1].All(char.IsAsciiDigit) ? YamlKind.List : YamlKind.Section, variable);
            var isValueName = level == 1 && string.Equals(path[0], ValuesKey, StringComparison.OrdinalIgnoreCase);
            if ((node.Kind == YamlKind.List ? SetItem(node, path[level], next) : SetEntry(node, path[level], next, isValueName)) is not { } child)
            {
                file.Faults.Add(new YamlFault(variable, null, "", $"'{path[level]}' does not exist here; the lists of the file are counted from 0"));
                return;
            }

            node = child;
        }
    }

    // A list or section that exists is kept, so that the next level changes something in it; everything else is replaced.
    private static bool IsKept(YamlNode there, YamlNode next) => next.Kind != YamlKind.Scalar && there.Kind is YamlKind.List or YamlKind.Section;

    private static YamlNode SetEntry(YamlNode section, string name, YamlNode next, bool keepsCase)
    {
        var at = section.Entries.FindIndex(
            entry => string.Equals(WithoutUnderscores(entry.Key.Value), WithoutUnderscores(name), StringComparison.OrdinalIgnoreCase));
        if (at >= 0 && IsKept(section.Entries[at].Value, next))
        {
            return section.Entries[at].Value;
        }

        // Variables are usually upper case, and the keys of labels lower case; a name with a lower-case letter, and that of a value, is taken as it is.
        var written = at >= 0 ? section.Entries[at].Key.Value : keepsCase || name.Any(char.IsAsciiLetterLower) ? name : name.ToLowerInvariant();
        var key = new YamlNode(YamlKind.Scalar, next.Source) { Value = written };
        if (at >= 0)
        {
            section.Entries[at] = section.Entries[at] with { Key = key, Value = next };
        }
        else
        {
            section.Entries.Add(new YamlEntry(key, next, FromEnvironment: true));
        }

        return next;
    }

    private static YamlNode? SetItem(YamlNode list, string name, YamlNode next)
    {
        if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index > list.Items.Count)
        {
            return null;
        }

        if (index == list.Items.Count)
        {
            list.Items.Add(next);
        }
        else if (IsKept(list.Items[index], next))
        {
            return list.Items[index];
        }
        else
        {
            list.Items[index] = next;
        }

        return next;
    }

    private static string WithoutUnderscores(string name) => name.Replace("_", "", StringComparison.Ordinal);
}

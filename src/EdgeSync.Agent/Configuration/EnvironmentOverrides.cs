using System.Globalization;

namespace EdgeSync.Agent.Configuration;

/// <summary>
/// Lays <c>EDGESYNC_…</c> variables over the file: <c>__</c> goes one level down, a number is a place in a list, case and single underscores
/// do not matter (<c>EDGESYNC_STATE_DIRECTORY</c>, <c>EDGESYNC_CHANNELS__0__EVERY</c>).
/// </summary>
internal sealed class EnvironmentOverrides(List<ConfigurationFault> faults, List<ConfigurationFault> warnings)
{
    public const string Prefix = "EDGESYNC_";

    /// <summary>Read by the program itself or by the tools around it, and no key.</summary>
    private static readonly string[] Reserved = ["EDGESYNC_CONFIG", "EDGESYNC_KUBECONFIG", "EDGESYNC_KEY_PASSWORD", "EDGESYNC_TESTBED_RUN"];

    public void Apply(ConfigurationNode.Mapping root, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> rootKeys)
    {
        var named = environment.Where(variable => variable.Key.StartsWith(Prefix, StringComparison.Ordinal));
        foreach (var (name, value) in named.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            if (Reserved.Contains(name, StringComparer.Ordinal))
            {
                continue;
            }

            var path = name[Prefix.Length..].Split("__");
            var first = Plain(path[0]);
            if (rootKeys.Contains(first, StringComparer.OrdinalIgnoreCase))
            {
                Set(root, path, name, value);
            }
            else if (NearestKey.Find(first, rootKeys) is { } near)
            {
                faults.Add(new ConfigurationFault(name, "", $"unknown variable; did you mean {Prefix}{near.ToUpperInvariant()}?"));
            }
            else
            {
                // Kubernetes gives pods variables named after services, so that a foreign name need not be a mistake.
                warnings.Add(new ConfigurationFault(name, "", "is no key of the configuration and has no effect"));
            }
        }
    }

    private void Set(ConfigurationNode.Mapping root, string[] path, string variable, string value)
    {
        ConfigurationNode node = root;
        for (var level = 0; level < path.Length; level++)
        {
            var isLast = level == path.Length - 1;
            ConfigurationNode? fresh = isLast ? new ConfigurationNode.Scalar(variable, value, isNull: false) : null;
            var next = node switch
            {
                ConfigurationNode.Mapping mapping => Descend(mapping, path, level, variable, fresh),
                ConfigurationNode.Sequence sequence => Descend(sequence, path, level, variable, fresh),
                _ => null,
            };
            if (next is null)
            {
                faults.Add(new ConfigurationFault(variable, "", $"'{path[level]}' does not exist here; the lists of the file are counted from 0"));
                return;
            }

            node = next;
        }
    }

    private static ConfigurationNode Descend(
        ConfigurationNode.Mapping mapping, string[] path, int level, string variable, ConfigurationNode? fresh)
    {
        var name = Plain(path[level]);
        var at = mapping.Entries.FindIndex(entry => string.Equals(Plain(entry.Name), name, StringComparison.OrdinalIgnoreCase));
        if (at >= 0 && fresh is null && mapping.Entries[at].Value is ConfigurationNode.Mapping or ConfigurationNode.Sequence)
        {
            return mapping.Entries[at].Value;
        }

        var value = fresh ?? Container(path[level + 1], variable);
        if (at >= 0)
        {
            mapping.Entries[at] = mapping.Entries[at] with { Where = variable, Value = value };
        }
        else
        {
            // Shells like upper case and keys of labels are in lower case; who needs another case writes it.
            var written = path[level].Any(char.IsAsciiLetterLower) ? path[level] : path[level].ToLowerInvariant();
            mapping.Entries.Add(new ConfigurationNode.Entry(written, variable, FromEnvironment: true, value));
        }

        return value;
    }

    private static ConfigurationNode? Descend(
        ConfigurationNode.Sequence sequence, string[] path, int level, string variable, ConfigurationNode? fresh)
    {
        if (!int.TryParse(path[level], NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index > sequence.Items.Count)
        {
            return null;
        }

        if (index < sequence.Items.Count && fresh is null && sequence.Items[index] is ConfigurationNode.Mapping or ConfigurationNode.Sequence)
        {
            return sequence.Items[index];
        }

        var value = fresh ?? Container(path[level + 1], variable);
        if (index == sequence.Items.Count)
        {
            sequence.Items.Add(value);
        }
        else
        {
            sequence.Items[index] = value;
        }

        return value;
    }

    private static ConfigurationNode Container(string next, string variable) =>
        next.Length > 0 && next.All(char.IsAsciiDigit) ? new ConfigurationNode.Sequence(variable) : new ConfigurationNode.Mapping(variable);

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal);
}

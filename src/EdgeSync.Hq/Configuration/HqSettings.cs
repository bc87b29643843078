using System.Globalization;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Hq.Configuration;

/// <summary>
/// Knows all keys and checks the form of their values before the configuration binder sees them. The binder stops at the first value that it cannot
/// convert and ignores unknown keys; HQ reports every fault at once.
/// </summary>
internal static class HqSettings
{
    public const string DefaultListen = "https://127.0.0.1:8443";

    private const string Listen = "listen";
    private static readonly Form Text = new(_ => true, "text");
    private static readonly Form Url = new(t => Uri.TryCreate(t, UriKind.Absolute, out _), "a URL");
    private static readonly Form Switch = new(t => bool.TryParse(t, out _), "true or false");
    private static readonly Form Number = new(t => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out _), "a whole number");
    private static readonly Form Level = new(
        t => Enum.TryParse<LogLevel>(t, ignoreCase: true, out var level) && Enum.IsDefined(level), "a level such as Information or Debug");

    private static readonly Dictionary<string, Form> Single = new(StringComparer.OrdinalIgnoreCase)
    {
        ["certificateFile"] = Text,
        ["keyFile"] = Text,
        ["allowPlainHttp"] = Switch,
        ["stateDirectory"] = Text,
        ["logLevel"] = Level,
        ["broker:url"] = Url,
        ["broker:authorityFile"] = Text,
        ["broker:certificateFile"] = Text,
        ["broker:keyFile"] = Text,
        ["broker:clientId"] = Text,
        ["enrolment:brokerUrl"] = Url,
        ["enrolment:brokerAuthorityFile"] = Text,
        ["enrolment:certificateDays"] = Number,
        ["initialOperator:name"] = Text,
        ["initialOperator:passwordFile"] = Text,
    };

    /// <summary>Returns the settings that can be bound, and one line for each that cannot.</summary>
    public static (IConfiguration Usable, IReadOnlyList<string> Faults) Check(IConfiguration configuration)
    {
        var usable = new Dictionary<string, string?>();
        var faults = new List<string>();
        var addresses = ReadAddresses(configuration);
        for (var i = 0; i < addresses.Count; i++)
        {
            Take($"{Listen}:{i}", addresses[i].Key, addresses[i].Value, Url);
        }

        foreach (var (key, form) in Single)
        {
            Take(key, key, configuration[key], form);
        }

        faults.AddRange(FindUnknownKeys(configuration).Select(DescribeUnknownKey));
        return (new ConfigurationBuilder().AddInMemoryCollection(usable).Build(), faults);

        void Take(string key, string shownKey, string? value, Form form)
        {
            var text = value?.Trim() ?? "";
            if (text.Length > 0 && !form.Accepts(text))
            {
                faults.Add($"{shownKey}: '{text}' is not {form.Description}");
            }
            else if (text.Length > 0)
            {
                usable[key] = text;
            }
        }
    }

    // A JSON list, or one text with commas as an environment variable gives it. The text wins.
    private static List<(string Key, string? Value)> ReadAddresses(IConfiguration configuration)
    {
        var text = configuration[Listen];
        var items = configuration.GetSection(Listen).GetChildren().Select(c => (c.Path, c.Value)).ToList();
        if (string.IsNullOrWhiteSpace(text))
        {
            return items.Count > 0 ? items : [(Listen, DefaultListen)];
        }

        return [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(t => (Listen, (string?)t))];
    }

    private static string DescribeUnknownKey(string key) =>
        NearestName.Find(key, Single.Keys.Append(Listen)) is { } near ? $"{key}: is not a setting; did you mean '{near}'?" : $"{key}: is not a setting";

    private static IEnumerable<string> FindUnknownKeys(IConfiguration configuration)
    {
        var lists = configuration.GetSection(Listen).GetChildren().Select(c => c.Path).Append(Listen).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return configuration.AsEnumerable()
            .Where(p => p.Value is not null && !Single.ContainsKey(p.Key) && !lists.Contains(p.Key))
            .Select(p => p.Key)
            .Order(StringComparer.Ordinal);
    }

    private sealed record Form(Func<string, bool> Accepts, string Description);
}

using System.Globalization;
using System.Text.Json.Serialization;
using EdgeSync.Kubernetes.Snapshots;

namespace EdgeSync.Kubernetes.Checks;

/// <summary>An HTTP request to a Service of a bundle, which must be answered in a preflight.</summary>
public sealed record ServiceProbe
{
    /// <summary>The most probes of a bundle.</summary>
    public const int MaxProbes = 32;

    /// <summary>The time limit where none is given.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The longest time limit, in seconds: as long as an API server waits for an answer.</summary>
    public const int MaxTimeoutSeconds = 60;

    private const int MaxPath = 1024;
    private const string PathRule = "write it with a slash in front, in printable ASCII without blanks, '#' and '\\', and without the parts '.' and '..'";

    /// <summary>The check's name, unique among the probes of the bundle.</summary>
    public required string Name { get; init; }

    /// <summary>The Service.</summary>
    public required string Service { get; init; }

    /// <summary>The Service's namespace; null means the site's default one.</summary>
    public string? Namespace { get; init; }

    /// <summary>The Service's port, by number or by name.</summary>
    public required string Port { get; init; }

    /// <summary>What is asked for; null means <c>/</c>.</summary>
    public string? Path { get; init; }

    /// <summary><c>http</c> or <c>https</c>; null means <c>http</c>. No certificate is checked.</summary>
    public string? Scheme { get; init; }

    /// <summary>The status that must come; null means 200.</summary>
    public int? Status { get; init; }

    /// <summary>How long the answer may take, in seconds; null means <see cref="DefaultTimeout"/>.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>The status that must come.</summary>
    [JsonIgnore]
    public int WantedStatus => Status ?? 200;

    /// <summary>How long the answer may take.</summary>
    [JsonIgnore]
    public TimeSpan Limit => TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultTimeout;

    /// <summary>What is wrong with a port, or null.</summary>
    public static string? PortProblem(string port)
    {
        ArgumentNullException.ThrowIfNull(port);
        return port.Length > 0 && port.All(char.IsAsciiDigit) ? ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? null : $"'{port}' is no port"
            : port.Length is > 0 and < 16 && port.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') ? null
            : $"'{port}' is no port; write its number, or its name in the Service";
    }

    /// <summary>What is wrong with a path, or null.</summary>
    public static string? PathProblem(string path)
    {
        ArgumentNullException.ThrowIfNull(path);

        // The path becomes a part of one at the API server: it must not lead out of it.
        return path.Length is 0 or > MaxPath || path[0] != '/' || path.Any(c => c is <= ' ' or > '~' or '#' or '\\')
            || path.Split('?')[0].Split('/').Select(Uri.UnescapeDataString).Any(part => part is "." or "..")
            ? $"the path '{path}' is refused; {PathRule}"
            : null;
    }

    /// <summary>What is wrong with a scheme, or null.</summary>
    public static string? SchemeProblem(string scheme) => scheme is "http" or "https" ? null : $"'{scheme}' is no scheme; write http or https";

    /// <summary>What is wrong with the probe, or null.</summary>
    public string? FindProblem() =>
        SnapshotRequest.NameProblem(Name) ?? SnapshotRequest.NameProblem(Service) ?? (Namespace is null ? null : SnapshotRequest.NameProblem(Namespace))
        ?? PortProblem(Port) ?? (Path is null ? null : PathProblem(Path)) ?? (Scheme is null ? null : SchemeProblem(Scheme))
        ?? (Status is < 100 or > 599 ? "its status is not between 100 and 599" : null)
        ?? (TimeoutSeconds is < 1 or > MaxTimeoutSeconds ? $"its time limit is not between 1 and {MaxTimeoutSeconds} seconds" : null);
}

using System.Globalization;
using System.Text;

namespace EdgeSync.Testbed.Shop;

/// <summary>What a site's edgesync.yaml says, in the testbed.</summary>
public sealed record SiteConfiguration
{
    public string Site { get; init; } = "store-0042";

    public string Fleet { get; init; } = "retail";

    /// <summary>Where state, socket and this file lie.</summary>
    public required string Folder { get; init; }

    public required ShopDelivery Delivery { get; init; }

    /// <summary>HOST:PORT of the registry, plain HTTP.</summary>
    public required string Registry { get; init; }

    public required string Kubeconfig { get; init; }

    /// <summary>Who decides that a cluster which was installed again is rebuilt: <c>automatic</c> or <c>manual</c>.</summary>
    public string Rebuild { get; init; } = "automatic";

    /// <summary>containerd's socket, or null for a cluster without nodes.</summary>
    public string? RuntimeSocket { get; init; }

    public required int MirrorPort { get; init; }

    /// <summary>The section <c>hq</c>, as <c>edgesync enroll</c> or a test gives it, or null.</summary>
    public string? HqSection { get; init; }

    /// <summary>How many different release keys must have signed.</summary>
    public int ReleaseThreshold { get; init; } = 2;

    /// <summary>Default: the build key of the delivery.</summary>
    public IReadOnlyList<string>? BundleKeys { get; init; }

    /// <summary>The pinned trust root, in place of the keys; or null.</summary>
    public string? TrustRoot { get; init; }

    /// <summary>The trust policy's file, in place of the keys; or null.</summary>
    public string? TrustFile { get; init; }

    public string Every { get; init; } = "1s";

    /// <summary>The repository and the plain tag of bundles that the channel follows, in place of its releases; or null.</summary>
    public (string Repository, string Tag)? FollowTag { get; init; }

    public string HealthDeadline { get; init; } = "60s";

    /// <summary>The largest blob that the site fetches.</summary>
    public string MaxBlobSize { get; init; } = "10GiB";

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string> { ["region"] = "north" };

    /// <summary>The flow map of the section <c>values</c>, or null.</summary>
    public string? Values { get; init; }

    /// <summary>The flow map of the section <c>windows</c>, or null.</summary>
    public string? Windows { get; init; }

    /// <summary>The flow list of the section <c>interlocks</c>, or null.</summary>
    public string? Interlocks { get; init; }

    /// <summary>The flow map of the section <c>page</c>, or null.</summary>
    public string? Page { get; init; }

    public string StateDirectory => Path.Combine(Folder, "state");

    public string FilePath => Path.Combine(Folder, "edgesync.yaml");

    /// <summary>Writes the file, and returns its path.</summary>
    public async Task<string> WriteAsync(CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(Folder);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            site: {Site}
            fleet: {Fleet}
            labels: {List("{", Labels.Select(label => $"{label.Key}: {label.Value}"), "}")}
            stateDirectory: {StateDirectory}
            runDirectory: {Path.Combine(Folder, "run")}
            registries:
              - host: {Registry}
                plainHttp: true
            trust:
            {Trust()}
            channels:
              - name: {ShopDelivery.Channel}
                reference: {FollowTag?.Repository ?? Delivery.ReleaseRepository}{(FollowTag is { Tag: var tag } ? $"\n    followTag: {tag}" : "")}
                every: {Every}
                healthDeadline: {HealthDeadline}
            cluster: {List("{", [$"kubeconfig: {Kubeconfig}", $"rebuild: {Rebuild}"], "}")}
            runtime: {List("{", [$"endpoint: {(RuntimeSocket is null ? "none" : "unix://" + RuntimeSocket)}"], "}")}
            fetch: {List("{", [$"maxBlobSize: {MaxBlobSize}"], "}")}
            mirror: {List("{", [$"listen: 127.0.0.1:{MirrorPort}"], "}")}

            """);
        text.Append(Values is null ? "" : $"values: {Values}\n");
        text.Append(Windows is null ? "" : $"windows: {Windows}\n");
        text.Append(Interlocks is null ? "" : $"interlocks: {Interlocks}\n");
        text.Append(Page is null ? "" : $"page: {Page}\n");
        text.Append(HqSection);
        await File.WriteAllTextAsync(FilePath, text.ToString(), cancellationToken);
        return FilePath;
    }

    private string Trust() => TrustRoot is { } root ? $"  root: {root}"
        : TrustFile is { } file ? $"  file: {file}"
        : $"  releases: {List("{keys: [", Delivery.ReleasePublicKeys, $"], threshold: {ReleaseThreshold}}}")}\n"
            + $"  bundles: {List("{keys: [", BundleKeys ?? [Delivery.BuildPublicKey], "], threshold: 1}")}";

    private static string List(string open, IEnumerable<string> items, string close) => open + string.Join(", ", items) + close;
}

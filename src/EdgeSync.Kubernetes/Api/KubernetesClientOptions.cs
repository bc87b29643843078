namespace EdgeSync.Kubernetes.Api;

/// <summary>Limits and names of the API client.</summary>
public sealed record KubernetesClientOptions
{
    /// <summary>The field manager of everything that is applied. Default: <c>edgesync</c>.</summary>
    public string FieldManager { get; init; } = "edgesync";

    /// <summary>
    /// The user as whom objects are written and tried, <c>system:serviceaccount:NAMESPACE:NAME</c>; the login must be allowed to impersonate it. Everything is
    /// read by the login itself. Default: null, the login itself.
    /// </summary>
    public string? ImpersonatedUser { get; init; }

    /// <summary>
    /// How long one request may take. Default: 70 s, which is longer than the 60 s after which an API server itself ends a request and says so: a client
    /// that gives up earlier does not learn what became of its write.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(70);

    /// <summary>
    /// How many times a request is tried while the API server is unreachable. While it is busy (429), a request is repeated three times as often. Default: 3.
    /// </summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>How long the kubeconfig's credential plugin may run; less than a request. Default: 20 s.</summary>
    public TimeSpan PluginTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The largest answer that is read, in bytes. Default: 32 MiB.</summary>
    public int MaxAnswerBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>The longest line of a watch, in bytes. Default: 4 MiB.</summary>
    public int MaxWatchLineBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How long the API server keeps a watch open before it is renewed. Default: 30 minutes.</summary>
    public TimeSpan WatchDuration { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// The time at which the API server's certificate is checked, where the machine's clock may be wrong. A certificate that is not valid yet
    /// is accepted, because the true time may be later. Default: the machine's clock.
    /// </summary>
    public TimeProvider CertificateTime { get; init; } = TimeProvider.System;

    /// <summary>Objects per page of a list. Default: 500, as kubectl has it. Of metadata alone, a page has twice as many.</summary>
    public int PageSize { get; init; } = 500;
}

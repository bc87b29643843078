namespace EdgeSync.Kubernetes.Api;

/// <summary>
/// The texts by which the API server tells admission's refusals apart. Their status codes do not: a used-up quota, a policy and a missing right are all
/// 403, a webhook that is down and a bug are both 500. The texts have been the same since Kubernetes 1.9.
/// </summary>
internal static class Refusals
{
    private static readonly (string Text, string Reason)[] Admission =
    [
        ("denied the request", ApiReasons.AdmissionDenied),
        ("exceeded quota: ", ApiReasons.QuotaExceeded),
        ("failed quota: ", ApiReasons.QuotaExceeded),
        ("insufficient quota to match these scopes: ", ApiReasons.QuotaExceeded),
        ("failed calling webhook", ApiReasons.AdmissionUnavailable),
        ("failed calling admission webhook", ApiReasons.AdmissionUnavailable),
        ("conversion webhook for ", ApiReasons.AdmissionUnavailable),
        ("violates PodSecurity ", ApiReasons.AdmissionDenied),
        (" usage per ", ApiReasons.AdmissionDenied),
        (" max limit to request ratio per ", ApiReasons.AdmissionDenied),
    ];

    private static readonly string[] ControlPlane =
    [
        "etcdserver: ", "database is locked", "rpc error: ", "context deadline exceeded", "leader changed", "connection refused", "storage is (re)initializing",
        "Timeout: request did not complete", "the server is currently unable to handle the request", "i/o timeout", "client connection lost",
    ];

    /// <summary>The reason of a refusal by admission, or null.</summary>
    public static string? Find(string text) =>
        Array.Find(Admission, known => text.Contains(known.Text, StringComparison.Ordinal)).Reason;

    /// <summary>Whether the API server, its database or the way to it is unwell.</summary>
    public static bool IsOfTheControlPlane(string text) => Array.Exists(ControlPlane, known => text.Contains(known, StringComparison.Ordinal));
}

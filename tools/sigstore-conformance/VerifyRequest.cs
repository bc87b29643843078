using System.Diagnostics.CodeAnalysis;

namespace EdgeSync.SigstoreConformance;

/// <summary>What the suite asks for (its docs/cli_protocol.md).</summary>
internal sealed record VerifyRequest(string Bundle, string? Identity, string? Issuer, string? Key, string? TrustedRoot, string Artifact)
{
    public const string Usage =
        "usage: sigstore-conformance verify-bundle --bundle FILE (--certificate-identity IDENTITY --certificate-oidc-issuer URL | --key FILE) "
        + "[--trusted-root FILE] FILE|sha256:HEX";

    public static bool TryParse(IReadOnlyList<string> args, [NotNullWhen(true)] out VerifyRequest? request)
    {
        request = null;
        if (args.Count == 0 || args[0] != "verify-bundle")
        {
            return false;
        }

        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        string? artifact = null;
        for (var i = 1; i < args.Count; i++)
        {
            var (name, value) = args[i].Split('=', 2) is [var before, var behind] && before.StartsWith("--", StringComparison.Ordinal) ? (before, behind) : (args[i], null);
            if (name is "--bundle" or "--certificate-identity" or "--certificate-oidc-issuer" or "--key" or "--trusted-root")
            {
                value ??= ++i < args.Count ? args[i] : null;
                if (string.IsNullOrEmpty(value) || !options.TryAdd(name, value))
                {
                    return false;
                }
            }
            else if (artifact is not null || args[i].StartsWith('-'))
            {
                return false;
            }
            else
            {
                artifact = args[i];
            }
        }

        var identity = options.GetValueOrDefault("--certificate-identity");
        var issuer = options.GetValueOrDefault("--certificate-oidc-issuer");
        var key = options.GetValueOrDefault("--key");
        if (artifact is null || !options.TryGetValue("--bundle", out var bundle)
            || (identity is null) != (issuer is null) || (identity is null) == (key is null))
        {
            return false;
        }

        request = new VerifyRequest(bundle, identity, issuer, key, options.GetValueOrDefault("--trusted-root"), artifact);
        return true;
    }
}

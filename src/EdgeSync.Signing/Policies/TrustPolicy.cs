using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Signing.Policies;

/// <summary>
/// Whom a site trusts, and for what: release keys say what runs where, bundle keys say who built it. Two roles, so that neither key alone
/// brings anything onto a site. Immutable.
/// </summary>
/// <param name="Releases">Who signs release records, and how many of them must.</param>
/// <param name="Bundles">Who signs bundles, and how many of them must.</param>
public sealed record TrustPolicy(KeyRing Releases, KeyRing Bundles)
{
    /// <summary>
    /// Loads both rings from files. Throws one <see cref="SigningException"/> that names every file that cannot be used, and why.
    /// </summary>
    public static async Task<TrustPolicy> LoadAsync(TrustPolicyFiles files, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        var problems = new List<string>();
        var releases = await LoadRingAsync("release", files.ReleaseKeys, files.ReleaseThreshold, problems, cancellationToken);
        var bundles = await LoadRingAsync("bundle", files.BundleKeys, files.BundleThreshold, problems, cancellationToken);
        return releases is not null && bundles is not null
            ? new TrustPolicy(releases, bundles)
            : throw new SigningException(SigningReasons.TrustPolicyInvalid, string.Join("; ", problems))
            {
                Hint = "Correct the trust section of the configuration, or put the public keys in place.",
                ExitCode = ExitCodes.BadConfiguration,
            };
    }

    private static async Task<KeyRing?> LoadRingAsync(
        string role, IReadOnlyList<string> paths, int threshold, List<string> problems, CancellationToken cancellationToken)
    {
        var before = problems.Count;
        var keys = new List<VerificationKey>();
        foreach (var path in paths)
        {
            try
            {
                keys.Add(await VerificationKeyFile.LoadAsync(path, cancellationToken));
            }
            catch (SigningException failure)
            {
                problems.Add(failure.Message);
            }
        }

        if (problems.Count > before)
        {
            return null;
        }

        try
        {
            return new KeyRing(role, keys, threshold);
        }
        catch (SigningException failure)
        {
            problems.Add(failure.Message);
            return null;
        }
    }
}

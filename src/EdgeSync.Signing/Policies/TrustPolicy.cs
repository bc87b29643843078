using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Signing.Policies;

/// <summary>
/// The signers that a site trusts, and for what. Release rules say who may decide what runs where, bundle rules who may build it: two roles, so that neither alone
/// can bring anything onto a site. The most specific rule that fits a release or a bundle decides; without a rule nothing is trusted. Immutable.
/// </summary>
public sealed class TrustPolicy
{
    /// <summary>Creates a policy; of two rules that fit equally well the first counts.</summary>
    public TrustPolicy(IReadOnlyList<ReleaseRule> releases, IReadOnlyList<BundleRule> bundles)
    {
        ArgumentNullException.ThrowIfNull(releases);
        ArgumentNullException.ThrowIfNull(bundles);
        Releases = [.. releases];
        Bundles = [.. bundles];
    }

    /// <summary>The short form: keys for every release, and keys for every bundle.</summary>
    public TrustPolicy(KeyRing releases, KeyRing bundles)
        : this([OfKeys(releases)], [OfBundleKeys(bundles)])
    {
    }

    /// <summary>The rules for release records.</summary>
    public IReadOnlyList<ReleaseRule> Releases { get; }

    /// <summary>The rules for bundles.</summary>
    public IReadOnlyList<BundleRule> Bundles { get; }

    /// <summary>The same policy without these keys. Every rule stays; a rule with too few keys left accepts nothing more.</summary>
    public TrustPolicy Without(IReadOnlySet<Digest> revoked)
    {
        ArgumentNullException.ThrowIfNull(revoked);
        return revoked.Count == 0
            ? this
            : new TrustPolicy(
                [.. Releases.Select(rule => rule.Without(revoked))], [.. Bundles.Select(rule => rule.Without(revoked))]);
    }

    /// <summary>The rule for release records from this place; null if none fits.</summary>
    public ReleaseRule? FindReleaseRule(TrustPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return Choose(Releases, place);
    }

    /// <summary>The rule for bundles from this place; null if none fits.</summary>
    public BundleRule? FindBundleRule(TrustPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return Choose(Bundles, place);
    }

    /// <summary>
    /// Loads the short form from files. Throws one <see cref="SigningException"/> that names every file that cannot be used, and why.
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

    private static ReleaseRule OfKeys(KeyRing keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return new ReleaseRule("trust.releases", TrustScope.Everything, HoldersOf(keys), keys.Threshold);
    }

    private static BundleRule OfBundleKeys(KeyRing keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return new BundleRule("trust.bundles", TrustScope.Everything, HoldersOf(keys), keys.Threshold, []);
    }

    private static IReadOnlyList<TrustAuthority> HoldersOf(KeyRing keys) => [.. keys.Keys.Select(key => new TrustAuthority.ByKey(key.Name, key))];

    private static T? Choose<T>(IReadOnlyList<T> rules, TrustPlace place)
        where T : TrustRule
    {
        T? chosen = null;
        var best = (Repository: -1, Channel: -1);
        foreach (var rule in rules)
        {
            if (rule.Scope.Fit(place) is { } fit && fit.CompareTo(best) > 0)
            {
                (chosen, best) = (rule, fit);
            }
        }

        return chosen;
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

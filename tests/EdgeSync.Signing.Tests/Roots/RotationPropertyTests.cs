using EdgeSync.Primitives;
using EdgeSync.Signing.Roots;
using static EdgeSync.Signing.Tests.Roots.RootFixture;

namespace EdgeSync.Signing.Tests.Roots;

/// <summary>Random rotations; the chain and a model of a few lines, which knows no bytes, must agree.</summary>
public sealed class RotationPropertyTests
{
    private const string AllKeys = "abcdef";

    [Fact]
    public void Append_RandomRotations_AgreesWithTheModel()
    {
        var seed = Environment.GetEnvironmentVariable("EDGESYNC_FUZZ_SEED") is { } text
            ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : Environment.TickCount;
        var random = new Random(seed);
        int taken = 0, refused = 0;
        for (var run = 0; run < 40; run++)
        {
            var (keys, threshold, version) = ("abc", 2, 1L);
            HashSet<char> revoked = [];
            var chain = Begin(Sign(Root(1), "ab"));
            for (var step = 0; step < 12; step++)
            {
                var next = (Keys: Some(random, 1), Version: version + (random.Next(8) == 0 ? random.Next(-1, 3) : 1));
                var nextThreshold = random.Next(1, next.Keys.Length + 1);
                var signers = Some(random, 2);
                var revokes = random.Next(6) == 0 ? AllKeys[random.Next(AllKeys.Length)].ToString() : "";
                var listed = random.Next(6) == 0 ? new HashSet<char> { AllKeys[random.Next(AllKeys.Length)] } : [];

                var expected = next.Version == version + 1
                    && signers.Count(key => keys.Contains(key, StringComparison.Ordinal) && !revoked.Contains(key) && !listed.Contains(key)) >= threshold
                    && signers.Count(key => next.Keys.Contains(key, StringComparison.Ordinal) && !revoked.Contains(key) && !listed.Contains(key)) >= nextThreshold
                    && !next.Keys.Any(key => revoked.Contains(key) || revokes.Contains(key, StringComparison.Ordinal));
                var root = next.Version < 1 ? Root(1) : Root(next.Version, $"{next.Keys}/{nextThreshold}", revokes);
                var verdict = chain.Append(Sign(root, signers), new HashSet<Digest>(listed.Select(Id)));

                Assert.True(
                    expected == verdict is RootVerdict.Accepted,
                    $"seed {seed}, run {run}, step {step}: {keys}/{threshold} to {next.Keys}/{nextThreshold} version {version} to {next.Version} signed by {signers}, "
                    + $"revoked {string.Concat(revoked)}, listed {string.Concat(listed)}, revokes {revokes}: {verdict}");
                if (verdict is RootVerdict.Accepted accepted)
                {
                    taken++;
                    (chain, keys, threshold, version) = (accepted.Chain, next.Keys, nextThreshold, next.Version);
                    revoked.UnionWith(revokes);
                    Assert.Equal(version, chain.Head.Version);
                }
                else
                {
                    refused++;
                }
            }

            // A site that starts with the pinned root accepts the same roots again, and cannot skip one of them.
            var again = chain.Links.Skip(1).Aggregate(Begin(chain.Links[0].Envelope.ToArray()), (c, link) =>
                Assert.IsType<RootVerdict.Accepted>(c.Append(link.Envelope, Nobody)).Chain);
            Assert.Equal(chain.Head.Payload, again.Head.Payload);
            if (chain.Links.Count > 2)
            {
                Refused(Begin(chain.Links[0].Envelope.ToArray()).Append(chain.Links[2].Envelope, Nobody), Contracts.Trust.TrustReasons.RootSkipped);
            }
        }

        Assert.True(taken > 20 && refused > 20, $"seed {seed}: {taken} taken, {refused} refused; the test has lost its meaning");
    }

    [Fact]
    public void Append_EveryKeyReplacedOneByOne_EndsWithKeysThatTheFirstRootDidNotHave()
    {
        string[] rotations = ["abc", "bcd", "cde", "def"];
        var chain = Chain();
        for (var at = 1; at < rotations.Length; at++)
        {
            var signers = new string([.. rotations[at - 1].Union(rotations[at])]);
            chain = Assert.IsType<RootVerdict.Accepted>(chain.Append(Sign(Root(at + 1, rotations[at] + "/2"), signers), Nobody)).Chain;
        }

        Assert.Equal(["d", "e", "f"], chain.Head.Roots.Keys.Select(key => key.Name));
        Refused(chain.Append(Sign(Root(5), "abc"), Nobody), Contracts.Trust.TrustReasons.RootOldThresholdNotMet);
    }

    private static string Some(Random random, int least)
    {
        var keys = AllKeys.Where(_ => random.Next(2) == 0).ToList();
        while (keys.Count < least)
        {
            keys = [.. keys.Union([AllKeys[random.Next(AllKeys.Length)]])];
        }

        return new string([.. keys]);
    }
}

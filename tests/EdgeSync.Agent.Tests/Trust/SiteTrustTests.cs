using EdgeSync.Agent.Trust;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Signing.Policies;

namespace EdgeSync.Agent.Tests.Trust;

public sealed class SiteTrustTests : IDisposable
{
    private static readonly Digest Bad = Digest.Of("bad"u8);
    private static readonly TrustPlace Place = new("r.example.com/releases", "stable");
    private readonly TrustFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Import_RootsAndAListInAnyOrder_TakesThemInTheRightOne()
    {
        using var trust = await _fixture.OpenAsync();
        var changes = 0;
        trust.Changed += () => changes++;

        var answer = await trust.ImportAsync(
            new TrustImport([_fixture.Sign(_fixture.Revoke(1, "s") with { RootVersion = 3 }, "a b"), _fixture.Sign(_fixture.Root(3), "b c"), _fixture.Sign(_fixture.Root(2), "a b")]),
            CancellationToken.None);

        Assert.Equal(["trust root 2", "trust root 3", "list 1 of revocations"], answer.Outcomes.Select(outcome => outcome.What));
        Assert.All(answer.Outcomes, outcome => Assert.Equal(TrustResult.Taken, outcome.Result));
        Assert.Equal((3L, 1L), (answer.Trust.Version, answer.Trust.Revocations));
        Assert.Equal(3, changes);
        Assert.Equal(4, trust.Generation);
        Assert.Equal(["r"], trust.Policy.FindReleaseRule(Place)!.Authorities.Select(authority => authority.Name));
    }

    [Fact]
    public async Task Import_SurvivesARestart()
    {
        using (var trust = await _fixture.OpenAsync())
        {
            await trust.ImportAsync(new TrustImport([_fixture.Sign(_fixture.Root(2), "a b"), _fixture.Sign(_fixture.Revoke(1, "", Bad), "a b")]), CancellationToken.None);
        }

        using var again = await _fixture.OpenAsync();

        Assert.Equal(2, again.Status.Version);
        Assert.Equal(TrustReasons.BundleRevoked, again.FindRevocation(Bad)?.Reason);
        Assert.Null(again.FindRevocation(Digest.Of("good"u8)));
        Assert.Null(again.FindDoubt());
    }

    [Fact]
    public async Task Import_SameAgainAndOlder_IsKnown()
    {
        using var trust = await _fixture.OpenAsync();
        var two = new TrustImport([_fixture.Sign(_fixture.Root(1), "a b"), _fixture.Sign(_fixture.Root(2), "a b")]);
        await trust.ImportAsync(two, CancellationToken.None);

        var answer = await trust.ImportAsync(two, CancellationToken.None);

        Assert.All(answer.Outcomes, outcome => Assert.Equal(TrustResult.Known, outcome.Result));
        Assert.Null(answer.Trust.Reason);
    }

    [Fact]
    public async Task Import_GapAndJunk_IsRefusedAndShownInTheStatus()
    {
        using var trust = await _fixture.OpenAsync();

        var answer = await trust.ImportAsync(new TrustImport([_fixture.Sign(_fixture.Root(3), "a b"), "junk"u8.ToArray()]), CancellationToken.None);

        Assert.Equal([TrustReasons.RootSkipped, TrustReasons.RootMalformed], answer.Outcomes.Select(outcome => outcome.Reason));
        Assert.Equal((1L, TrustReasons.RootSkipped), (trust.Status.Version, trust.Status.Reason));
        Assert.Equal(1, trust.Generation);
        Assert.Null(trust.FindDoubt());
    }

    [Fact]
    public async Task Import_Equivocation_KeepsTheEvidence()
    {
        using var trust = await _fixture.OpenAsync();
        await trust.ImportAsync(new TrustImport([_fixture.Sign(_fixture.Root(2), "a b")]), CancellationToken.None);
        var other = _fixture.Sign(_fixture.Root(2, releases: "x"), "b c");

        var answer = await trust.ImportAsync(new TrustImport([other]), CancellationToken.None);

        Assert.Equal(TrustReasons.RootEquivocation, Assert.Single(answer.Outcomes).Reason);
        Assert.Equal(other, await File.ReadAllBytesAsync(Directory.GetFiles(_fixture.State, "evidence-*", SearchOption.AllDirectories).Single()));
    }

    [Fact]
    public async Task FindDoubt_ExpiredRoot_HoldsAndReportsIt()
    {
        using var trust = await _fixture.OpenAsync();
        _fixture.Time.Advance(TimeSpan.FromDays(366));

        Assert.Equal(TrustReasons.RootExpired, trust.FindDoubt()?.Reason);
        Assert.Equal(TrustReasons.RootExpired, trust.Status.Reason);
    }

    // The state directory is restored from a backup; the site's keys and the marks with them are not.
    [Fact]
    public async Task Open_RestoredStateOfBeforeARevocation_HoldsUntilTheListIsBack()
    {
        var list = _fixture.Sign(_fixture.Revoke(2, "s", Bad), "a b");
        using (var trust = await _fixture.OpenAsync())
        {
            await trust.ImportAsync(new TrustImport([_fixture.Sign(_fixture.Revoke(1, "s"), "a b")]), CancellationToken.None);
        }

        var backup = _fixture.Backup();
        using (var trust = await _fixture.OpenAsync())
        {
            await trust.ImportAsync(new TrustImport([list]), CancellationToken.None);
        }

        _fixture.Restore(backup);
        using var again = await _fixture.OpenAsync();

        Assert.Null(again.FindRevocation(Bad));
        Assert.Equal(TrustReasons.RevocationsRolledBack, again.FindDoubt()?.Reason);
        Assert.Equal((1L, TrustReasons.RevocationsRolledBack), (again.Status.Revocations, again.Status.Reason));
        await again.ImportAsync(new TrustImport([list]), CancellationToken.None);
        Assert.Null(again.FindDoubt());
        Assert.NotNull(again.FindRevocation(Bad));
    }

    [Fact]
    public async Task Policy_RevokedBelowTheThreshold_KeepsTheRuleAndAcceptsNothing()
    {
        using var trust = await _fixture.OpenAsync();

        await trust.ImportAsync(new TrustImport([_fixture.Sign(_fixture.Revoke(1, "p"), "a b")]), CancellationToken.None);

        var rule = trust.Policy.FindBundleRule(Place)!;
        Assert.Empty(rule.Authorities);
        Assert.Equal(1, rule.Threshold);
    }

    [Fact]
    public async Task Policy_TextInTheRoot_TakesThePlaceOfTheRoles()
    {
        using var trust = await _fixture.OpenAsync();
        var pem = string.Join('\n', _fixture.Pem("x").TrimEnd().Split('\n').Select(line => "      " + line));
        var text = $"schema: edgesync.dev/trust/v1\nauthorities:\n- name: ops\n  key:\n    pem: |\n{pem}\nreleases: [{{authorities: [ops]}}]\nbundles: [{{authorities: [ops]}}]\n";

        await trust.ImportAsync(new TrustImport([_fixture.Sign(_fixture.Root(2, policy: text), "a b")]), CancellationToken.None);

        Assert.Equal([_fixture.Id("x")], trust.Policy.FindReleaseRule(Place)!.Authorities.OfType<TrustAuthority.ByKey>().Select(holder => holder.Key.Id));
        Assert.Null(trust.FindDoubt());

        await trust.ImportAsync(new TrustImport([_fixture.Sign(_fixture.Revoke(1, "x"), "a b")]), CancellationToken.None);
        Assert.Empty(trust.Policy.FindReleaseRule(Place)!.Authorities);
    }

    [Fact]
    public async Task View_PolicyThatLetsSomebodySayUrgent_NamesWho()
    {
        using var trust = await _fixture.OpenAsync();
        Assert.Null(trust.View.Urgent);
        var pem = string.Join('\n', _fixture.Pem("x").TrimEnd().Split('\n').Select(line => "      " + line));
        var text = $"schema: edgesync.dev/trust/v1\nauthorities:\n- name: ops\n  key:\n    pem: |\n{pem}\nreleases: [{{authorities: [ops], urgent: {{authorities: [ops]}}}}]\nbundles: [{{authorities: [ops]}}]\n";

        await trust.ImportAsync(new TrustImport([_fixture.Sign(_fixture.Root(2, policy: text), "a b")]), CancellationToken.None);

        var rule = Assert.Single(trust.View.Urgent!);
        Assert.Equal(("releases[0]", "ops", 1), (rule.Rule, Assert.Single(rule.Authorities), rule.Threshold));
    }

    [Theory]
    [InlineData("schema: edgesync.dev/trust/v9\n")]
    [InlineData("nonsense: true\n")]
    [InlineData("schema: edgesync.dev/trust/v1\nauthorities: [{name: ops, key: {file: /etc/hostname}}]\nreleases: [{authorities: [ops]}]\nbundles: [{authorities: [ops]}]\n")]
    public async Task Policy_TextThatCannotBeUsed_AcceptsNothingAndHolds(string text)
    {
        using var trust = await _fixture.OpenAsync();

        await trust.ImportAsync(new TrustImport([_fixture.Sign(_fixture.Root(2, policy: text), "a b")]), CancellationToken.None);

        Assert.Null(trust.Policy.FindReleaseRule(Place));
        Assert.Equal(TrustReasons.RootMalformed, trust.FindDoubt()?.Reason);
    }
}

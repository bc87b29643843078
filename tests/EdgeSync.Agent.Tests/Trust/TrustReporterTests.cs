using EdgeSync.Agent.Trust;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;
using EdgeSync.Sqlite;

namespace EdgeSync.Agent.Tests.Trust;

/// <summary>A change of a site's trust stands in its signed ledger, once.</summary>
public sealed class TrustReporterTests : IDisposable
{
    private readonly TrustFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Open_FirstStart_IsNoChange()
    {
        using var trust = await _fixture.OpenAsync();

        Assert.Empty(_fixture.Ledger());
    }

    [Fact]
    public async Task Import_RootsAndAList_EachIsAcknowledgedWithTheTrustBefore()
    {
        using var trust = await _fixture.OpenAsync();
        var list = _fixture.Revoke(7, "s", Digest.Of("bad"u8)) with { Note = "laptop stolen" };

        await trust.ImportAsync(
            new TrustImport([_fixture.Sign(_fixture.Root(2), "a b"), _fixture.Sign(_fixture.Root(3), "b c"), _fixture.Sign(list, "a b")]), CancellationToken.None);

        var said = _fixture.Ledger();
        Assert.All(said, entry => Assert.Equal((AcknowledgementEvent.Received, null), (entry.Event, entry.Release)));
        Assert.Equal(
            [(2, 1, null, null), (3, 2, null, null), (3, 3, 7, null)],
            said.Select(entry => (entry.Trust!.Version, entry.Trust.VersionBefore, entry.Trust.Revocations, entry.Trust.RevocationsBefore)));
        Assert.Equal(trust.State.Chain.Head.Payload, said[1].Trust!.Payload);
        Assert.Equal(trust.State.Revocations!.Payload, said[2].Trust!.Payload);
        Assert.StartsWith("trust root 3 counts from now on, in place of 2; signed by ", said[1].Message, StringComparison.Ordinal);
        Assert.Equal(
            "list 7 of revocations counts from now on, in place of none: 1 key and 1 bundle revoked, \"laptop stolen\"; it came by 'edgesync trust import'", said[2].Message);
    }

    [Fact]
    public async Task Import_KnownOrRefused_IsNotAcknowledged()
    {
        using var trust = await _fixture.OpenAsync();
        var two = new TrustImport([_fixture.Sign(_fixture.Root(2), "a b")]);
        await trust.ImportAsync(two, CancellationToken.None);

        await trust.ImportAsync(two, CancellationToken.None);
        await trust.ImportAsync(new TrustImport([_fixture.Sign(_fixture.Root(4), "a b"), _fixture.Sign(_fixture.Root(2, releases: "x"), "b c")]), CancellationToken.None);

        Assert.Single(_fixture.Ledger());
    }

    [Fact]
    public async Task Open_AfterAcknowledging_AcknowledgesNothing()
    {
        await ImportAsync(_fixture.Sign(_fixture.Root(2), "a b"), _fixture.Sign(_fixture.Revoke(1, "s"), "a b"));

        using var again = await _fixture.OpenAsync();
        await again.PollAsync(CancellationToken.None);

        Assert.Equal(2, _fixture.Ledger().Count);
    }

    [Fact]
    public async Task Look_FailedAcknowledgement_IsWrittenAtTheNextPoll()
    {
        using var trust = await _fixture.OpenAsync();
        Execute("ALTER TABLE ledger RENAME TO gone");
        var answer = await trust.ImportAsync(new TrustImport([_fixture.Sign(_fixture.Root(2), "a b")]), CancellationToken.None);
        Execute("ALTER TABLE gone RENAME TO ledger");
        Assert.Equal((TrustResult.Taken, 2L), (answer.Outcomes.Single().Result, trust.Status.Version));
        Assert.Empty(_fixture.Ledger());

        await trust.PollAsync(CancellationToken.None);

        Assert.Equal((2L, 1L), (_fixture.Ledger().Single().Trust!.Version, _fixture.Ledger().Single().Trust!.VersionBefore));
    }

    [Fact]
    public async Task Open_PowerCutBeforeTheAcknowledgement_AcknowledgesAtTheStart()
    {
        using (var trust = await _fixture.OpenAsync())
        {
            Execute("ALTER TABLE ledger RENAME TO gone");
            await trust.ImportAsync(new TrustImport([_fixture.Sign(_fixture.Root(2), "a b"), _fixture.Sign(_fixture.Root(3), "a b")]), CancellationToken.None);
            Execute("ALTER TABLE gone RENAME TO ledger");
        }

        using var again = await _fixture.OpenAsync();

        var said = Assert.Single(_fixture.Ledger());
        Assert.Equal((3L, 1L), (said.Trust!.Version, said.Trust.VersionBefore));
    }

    [Fact]
    public async Task Open_AnotherPinnedRoot_IsAcknowledgedWithTheRemovedList()
    {
        await ImportAsync(_fixture.Sign(_fixture.Root(2), "a b"), _fixture.Sign(_fixture.Revoke(1, "s"), "a b"));
        _fixture.Pin(_fixture.Sign(_fixture.Root(8), "b c"));

        using var trust = await _fixture.OpenAsync();

        var said = _fixture.Ledger().Skip(2).ToList();
        Assert.Equal(
            [(8, 2, 1L, 1L), (8, 8, null, 1L)],
            said.Select(entry => (entry.Trust!.Version, entry.Trust.VersionBefore, entry.Trust.Revocations, entry.Trust.RevocationsBefore)));
        Assert.Equal("trust root 8 counts from now on, in place of 2; it was pinned at the site", said[0].Message);
        Assert.Equal("no list of revocations counts any more; list 1 did", said[1].Message);
        Assert.Null(said[1].Trust!.Payload);
    }

    private async Task ImportAsync(params byte[][] envelopes)
    {
        using var trust = await _fixture.OpenAsync();
        await trust.ImportAsync(new TrustImport(envelopes), CancellationToken.None);
    }

    private void Execute(string command)
    {
        using var connection = SqliteDatabase.Open(_fixture.Database, Agent.State.SiteSchema.Steps).Connect();
        using var run = connection.CreateCommand();
        run.CommandText = command;
        run.ExecuteNonQuery();
    }
}

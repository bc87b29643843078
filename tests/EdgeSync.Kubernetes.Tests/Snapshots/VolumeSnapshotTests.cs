using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Snapshots;
using EdgeSync.Kubernetes.Tests.Api;

namespace EdgeSync.Kubernetes.Tests.Snapshots;

/// <summary>Snapshots on a real API server without controllers: the test says what a driver does.</summary>
[Collection(ApiServer.Collection)]
#pragma warning disable CA1001 // xunit calls DisposeAsync.
public sealed class VolumeSnapshotTests : IAsyncLifetime
{
    private static readonly SnapshotRequest Data = new() { Claim = "data" };
    private readonly ApiServer _server;
    private readonly string _shop = $"v{Guid.NewGuid():N}"[..12];
    private readonly ScriptedStorage _storage;
    private readonly VolumeSnapshots _snapshots;

    public VolumeSnapshotTests(ApiServer server)
    {
        _server = server;
        _storage = new ScriptedStorage(server, _shop);
        _snapshots = Snapshots("set");
    }

    public async Task InitializeAsync()
    {
        if (PeerTests.AreEnabled)
        {
            await _server.Client.ApplyAsync(Yaml.Namespace(_shop), new ApplyMode(), default);
        }
    }

    public Task DisposeAsync()
    {
        _storage.Dispose();
        return Task.CompletedTask;
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Start_BoundClaim_MakesOneSnapshotForAnAttempt()
    {
        await _storage.InstallAsync();
        await ClaimAsync("data");

        var made = await _snapshots.StartAsync(Data with { Class = ScriptedStorage.Class }, "bundle", "1", default);
        var again = await Snapshots("set").StartAsync(Data, "bundle", "1", default); // as after a restart
        var next = await _snapshots.StartAsync(Data, "bundle", "2", default);

        Assert.Equal((SnapshotPhase.Pending, "no snapshot controller has looked at it yet"), (made.Phase, made.Message));
        Assert.Equal(made.Name, again.Name);
        Assert.NotEqual(made.Name, next.Name);
        var live = (await _storage.SnapshotAsync(made.Name!))!;
        Assert.Equal(("data", ScriptedStorage.Class), (live.Text("spec", "source", "persistentVolumeClaimName"), live.Text("spec", "volumeSnapshotClassName")));
        Assert.Null((await _storage.SnapshotAsync(next.Name!)).Text("spec", "volumeSnapshotClassName"));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Look_WhatTheControllerWrites_IsTheState()
    {
        await _storage.InstallAsync();
        await ClaimAsync("data");
        var name = (await _snapshots.StartAsync(Data, "bundle", "1", default)).Name!;

        await _storage.SetStatusAsync(name, """{"readyToUse": false, "error": {"message": "the array is full"}}""");
        var failing = await _snapshots.LookAsync(Data, name, default);
        await _storage.SetStatusAsync(name, """{"readyToUse": false, "boundVolumeSnapshotContentName": "c"}""");
        var pending = await _snapshots.LookAsync(Data, name, default);
        await _storage.SetStatusAsync(name, """{"readyToUse": true, "creationTime": "2026-11-30T16:00:00Z"}""");
        var ready = await _snapshots.StartAsync(Data, "bundle", "1", default);

        Assert.Equal((SnapshotPhase.Failing, "the array is full"), (failing.Phase, failing.Message));
        Assert.Equal((SnapshotPhase.Pending, "the driver has not completed it yet"), (pending.Phase, pending.Message));
        Assert.Equal((SnapshotPhase.Ready, new DateTimeOffset(2026, 11, 30, 16, 0, 0, TimeSpan.Zero)), (ready.Phase, ready.TakenAt));
        Assert.Equal(SnapshotPhase.Unavailable, (await _snapshots.LookAsync(Data, "another", default)).Phase);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Start_WithoutKindClassOrVolume_MakesNone()
    {
        await _storage.UninstallAsync();
        await ClaimAsync("data");
        var noKind = await _snapshots.StartAsync(Data, "bundle", "1", default);
        await _storage.InstallAsync(hasClass: false);
        var noClass = await _snapshots.StartAsync(Data, "bundle", "1", default);
        await _storage.InstallAsync();
        var wrongClass = await _snapshots.CheckAsync(Data with { Class = "slow" }, default);
        var noClaim = await _snapshots.StartAsync(Data with { Claim = "missing" }, "bundle", "1", default);
        await ClaimAsync("new", isBound: false);
        var noVolume = await _snapshots.StartAsync(Data with { Claim = "new" }, "bundle", "1", default);

        Assert.Equal(
            [
                (SnapshotPhase.Unavailable, "the cluster does not know the kind VolumeSnapshot (snapshot.storage.k8s.io/v1)"),
                (SnapshotPhase.Unavailable, "the cluster has no VolumeSnapshotClass"),
                (SnapshotPhase.Unavailable, "the cluster has no VolumeSnapshotClass 'slow'"),
                (SnapshotPhase.NotNeeded, "the claim does not exist yet"),
                (SnapshotPhase.NotNeeded, "the claim has no volume yet"),
            ],
            new[] { noKind, noClass, wrongClass, noClaim, noVolume }.Select(state => (state.Phase, state.Message)));
        Assert.Empty(await NamesAsync());
        Assert.False(await _snapshots.CleanAsync([], null, 0, default));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Clean_DeletesOldOnesOfItsOwnAndNoOthers()
    {
        await _storage.InstallAsync();
        await ClaimAsync("data");
        var names = new Dictionary<string, string>();
        foreach (var (content, attempt) in new[] { ("good", "1"), ("good", "2"), ("failed", "3"), ("failed", "4"), ("failed", "5"), ("named", "0") })
        {
            names[attempt] = (await _snapshots.StartAsync(Data, content, attempt, default)).Name!;
        }

        var other = (await Snapshots("other").StartAsync(Data, "good", "1", default)).Name!;
        await _storage.ApplyAsync(Yaml.ReadOne($$"""
            apiVersion: snapshot.storage.k8s.io/v1
            kind: VolumeSnapshot
            metadata: {name: of-a-person, namespace: {{_shop}}, labels: { {{VolumeSnapshots.SetLabel}}: set } }
            spec: {source: {persistentVolumeClaimName: data} }
            """));

        Assert.True(await _snapshots.CleanAsync([names["0"]], "good", attempts: 2, default));
        Assert.Equal(new[] { names["0"], names["2"], names["4"], names["5"], other, "of-a-person" }.Order(StringComparer.Ordinal), await NamesAsync());

        Assert.False(await _snapshots.CleanAsync([], "nothing", attempts: 0, default));
        Assert.Equal(new[] { other, "of-a-person" }.Order(StringComparer.Ordinal), await NamesAsync());
    }

    private VolumeSnapshots Snapshots(string set) => new(_server.Client, TimeProvider.System, set, _shop);

    private async Task ClaimAsync(string name, bool isBound = true)
    {
        await _storage.ApplyAsync(Yaml.ReadOne($$"""
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: {{name}}, namespace: {{_shop}}}
            spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi} } }
            """));
        if (isBound)
        {
            await _storage.BindAsync(name);
        }
    }

    private async Task<IEnumerable<string>> NamesAsync()
    {
        var type = (await _server.Client.FindTypeAsync(VolumeSnapshots.ApiVersion, VolumeSnapshots.Kind, default))!;
        return (await _server.Client.ListAsync(type, new ListSelection { Namespace = _shop }, default)).Items.Select(item => item.Text("metadata", "name")!).Order(StringComparer.Ordinal);
    }
}

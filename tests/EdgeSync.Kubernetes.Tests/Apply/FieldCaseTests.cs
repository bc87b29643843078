using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Tests.Api;

namespace EdgeSync.Kubernetes.Tests.Apply;

/// <summary>Every built-in kind that a bundle can hold: what the API server rewrites, defaults or merges is no change, and an edit that matters is one.</summary>
[Collection(ApiServer.Collection)]
public sealed class FieldCaseTests(ApiServer server)
{
    private readonly string _shop = $"f{Guid.NewGuid():N}"[..12];
    private readonly ClusterApplier _applier = new(server.Client, TimeProvider.System);

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_AgainAndInOtherSpellings_WritesNothing()
    {
        var cases = FieldCase.ReadAll(_shop);
        await ApplyAsync(cases, 0);
        for (var spelling = 0; spelling < cases.Max(one => one.Spellings.Count); spelling++)
        {
            var differences = await _applier.DiffAsync(RequestOf(cases, spelling), default);
            Assert.True(differences.Count == 0, string.Join('\n', differences.SelectMany(drift => drift.Fields.Select(field => $"{spelling}: {drift.Id} {field}"))));

            var first = await ApplyAsync(cases, spelling);
            var before = await VersionsAsync(cases);
            await NextSecondAsync();
            var second = await ApplyAsync(cases, spelling);

            Assert.Equal([], first.Changes.Concat(second.Changes).Where(change => change.Action != ChangeAction.Unchanged).Select(change => $"{spelling}: {change}"));
            Assert.Equal(before, await VersionsAsync(cases));
        }
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_AfterAnEdit_RepairsTheObjectAndNothingElse()
    {
        using var somebody = server.Connect(new KubernetesClientOptions { FieldManager = "somebody" });
        var cases = FieldCase.ReadAll(_shop);
        var objects = (await ApplyAsync(cases, 0)).Changes.Select(change => change.Id).ToDictionary(id => id.Name, StringComparer.Ordinal);
        for (var edit = 0; edit < cases.Max(one => one.Edits.Count); edit++)
        {
            var edited = cases.Where(one => one.Edits.Count > edit).ToList();
            foreach (var one in edited)
            {
                await somebody.PatchAsync(objects[one[0].Name], WithAuthority(one.Edits[edit]), dryRun: false, default);
            }

            var repaired = await ApplyAsync(cases, 0);

            Assert.Equal(
                edited.Select(one => one[0].Name).Order(StringComparer.Ordinal),
                repaired.Changes.Where(change => change.Action == ChangeAction.Configured).Select(change => change.Id.Name).Order(StringComparer.Ordinal));
        }
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Inspect_InEverySpelling_FindsNothing()
    {
        var cases = FieldCase.ReadAll(_shop);
        await ApplyAsync(cases, 0);
        for (var spelling = 0; spelling < cases.Max(one => one.Spellings.Count); spelling++)
        {
            var found = await InspectAsync(cases, spelling);
            Assert.True(found.Count == 0, string.Join('\n', found));
        }
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Inspect_AfterAnEdit_FindsTheObjectAndNothingElse()
    {
        using var somebody = server.Connect(new KubernetesClientOptions { FieldManager = "kubectl-edit" });
        var cases = FieldCase.ReadAll(_shop);
        var objects = (await ApplyAsync(cases, 0)).Changes.Select(change => change.Id).ToDictionary(id => id.Name, StringComparer.Ordinal);
        var edited = cases.Where(one => one.Edits.Count > 0).ToList();
        foreach (var one in edited)
        {
            await somebody.PatchAsync(objects[one[0].Name], WithAuthority(one.Edits[0]), dryRun: false, default);
        }

        var found = await _applier.InspectAsync(RequestOf(cases, 0), default);
        await ApplyAsync(cases, 0);

        Assert.Equal(edited.Select(one => objects[one[0].Name].Key).Order(StringComparer.Ordinal), found.Select(line => line.Split(' ')[0]));
        Assert.Equal([], await _applier.InspectAsync(RequestOf(cases, 0), default));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_WhatAControllerWrites_IsLeftAlone()
    {
        using var controller = server.Connect(new KubernetesClientOptions { FieldManager = "controller" });
        var cases = FieldCase.ReadAll(_shop).Where(one => one.ByControllers.Count > 0).ToList();
        var objects = (await ApplyAsync(cases, 0)).Changes.Select(change => change.Id).ToDictionary(id => id.Name, StringComparer.Ordinal);
        foreach (var one in cases)
        {
            await controller.PatchAsync(objects[one[0].Name], WithAuthority(one.ByControllers[0]), dryRun: false, default);
        }

        for (var spelling = 0; spelling < cases.Max(one => one.Spellings.Count); spelling++)
        {
            Assert.All((await ApplyAsync(cases, spelling)).Changes, change => Assert.Equal(ChangeAction.Unchanged, change.Action));
            Assert.Equal([], await _applier.InspectAsync(RequestOf(cases, spelling), default));
        }
    }

    private static JsonNode WithAuthority(JsonNode patch)
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=ca", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using var authority = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var pem = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(authority.ExportCertificatePem()));
        return JsonNode.Parse(patch.ToJsonString().Replace("PEM", pem, StringComparison.Ordinal))!;
    }

    private async Task<ApplyResult> ApplyAsync(IReadOnlyList<FieldCase> cases, int spelling)
    {
        var result = await _applier.ApplyAsync(RequestOf(cases, spelling), null, default);
        Assert.True(result.IsComplete, string.Join('\n', result.Failures.Select(failure => $"spelling {spelling}: {failure}")));
        return result;
    }

    private async Task<IReadOnlyList<string>> InspectAsync(IEnumerable<FieldCase> cases, int spelling)
    {
        var (objects, _) = await new DesiredObjects(server.Client).PrepareAsync(RequestOf(cases, spelling), default);
        var found = new List<string>();
        foreach (var item in objects)
        {
            found.AddRange((await new LiveInspection(server.Client, new ApplyOptions()).InspectAsync(item, default)).Select(field => $"{item.Id} {field.Key}: {field.Value}"));
        }

        return found;
    }

    private ApplyRequest RequestOf(IEnumerable<FieldCase> cases, int spelling) =>
        new("set", _shop + "-own", _shop, [Yaml.Namespace(_shop), .. cases.Select(one => one[spelling])]);

    private async Task<IReadOnlyList<string>> VersionsAsync(IEnumerable<FieldCase> cases)
    {
        var versions = new List<string>();
        foreach (var one in cases)
        {
            var type = await server.Client.FindTypeAsync(one[0].ApiVersion, one[0].Kind, default);
            var live = await server.Client.GetAsync(one[0].WithNamespace(type!.IsNamespaced ? _shop : null).Id, default);
            versions.Add($"{one.Name} {live.Text("metadata", "resourceVersion")}");
        }

        return versions;
    }

    // The API server records in whole seconds when a manager wrote a field. The delay is a lower bound, so that a slow machine changes nothing.
    private static Task NextSecondAsync() => Task.Delay(TimeSpan.FromSeconds(1.1), TimeProvider.System);
}

using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Publishing;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Releases;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Releases;
using EdgeSync.Signing.Verification;
using static EdgeSync.Agent.Tests.Publishing.PublishingFixture;

namespace EdgeSync.Agent.Tests.Publishing;

/// <summary>The verbs of HQ's side against a real registry: what they publish is what a site accepts. Alone, for they print to the console.</summary>
[Collection("console")]
public sealed class PublishingTests(PublishingFixture fixture) : IClassFixture<PublishingFixture>
{
    private static readonly Dictionary<string, string> Labels = new() { ["ring"] = "1" };

    [PeerFact]
    public async Task Publish_with_two_keys_is_accepted_by_a_site_that_wants_two()
    {
        var (exit, output) = await fixture.PublishAsync(
            "two-keys", "--key", fixture["a.key"], "--key", fixture["b.key"], "--selector", "ring in (1,2)", "--expires", "12h",
            "--minimum-agent", "0.1.0", "--allow-destructive",
            "--allow-prune", "ConfigMap=3", "--allow-prune", "Deployment.apps,Service=2", "--rollback-to", "2.0.3", "--rollback-reason", "the tills freeze",
            "--value", "URL=http://h/?a=b", "--value", "EMPTY=");

        Assert.True(exit == 0, output);
        Assert.Contains("value      URL=http://h/?a=b", output, StringComparison.Ordinal);
        var release = Assert.IsType<ReleaseVerdict.Accepted>(await JudgeAsync("two-keys", 2)).Release;
        Assert.Equal(["EMPTY=", "URL=http://h/?a=b"], release.Record.Values!.Select(value => $"{value.Key}={value.Value}").Order(StringComparer.Ordinal));
        Assert.Equal((1L, "shop", "2.1.0"), (release.Record.Sequence, release.Record.Bundle.Name, release.Record.Bundle.Version));
        Assert.Equal((fixture.Bundle.Name, fixture.Bundle.Digest), (release.Record.Bundle.Repository, release.Record.Bundle.Digest));
        Assert.Equal((true, "2.0.3", "0.1.0"), (release.Record.AllowDestructive, release.Record.Rollback?.To, release.Record.MinimumAgent));
        Assert.Equal(
            ["ConfigMap=3", "Deployment.apps,Service=2"], release.Record.AllowPrune!.Select(entry => $"{string.Join(',', entry.Kinds)}={entry.Max}"));
        Assert.Equal(TimeSpan.FromHours(12), release.Record.ExpiresAt - release.Record.IssuedAt);
    }

    [PeerTheory]
    [InlineData("ConfigMap")]
    [InlineData("ConfigMap=0")]
    [InlineData("ConfigMap=-1")]
    [InlineData("*=3")]
    [InlineData("=3")]
    public async Task Publish_with_an_allowance_that_is_none_is_refused(string allowance)
    {
        var (exit, output) = await fixture.PublishAsync("no-allowance", "--key", fixture["a.key"], "--allow-prune", allowance);

        Assert.Equal(ExitCodes.Usage, exit);
        Assert.Contains($"'{allowance}' is not KIND=N", output, StringComparison.Ordinal);
    }

    [PeerTheory]
    [InlineData("there is no name", "hunter2")]
    [InlineData("'2ND' is no name of a value", "2ND=x")]
    [InlineData("'SITE' is given by each site", "SITE=x")]
    [InlineData("gives A twice", "A=1", "A=2")]
    public async Task Publish_with_a_value_that_is_none_is_refused(string words, params string[] values)
    {
        var (exit, output) = await fixture.PublishAsync("no-value", ["--key", fixture["a.key"], .. values.SelectMany(value => new[] { "--value", value })]);

        Assert.Equal(ExitCodes.Usage, exit);
        Assert.Contains(words, output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", output, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Show_prints_by_when_a_release_should_be_active_and_that_it_is_urgent()
    {
        await fixture.PublishAsync("plain", "--key", fixture["a.key"]);
        await fixture.PublishAsync("hurried", "--key", fixture["a.key"], "--deadline", "2099-12-24T06:30:00Z", "--urgent");

        var (_, plain) = await ShowAsync("plain");
        var (exit, hurried) = await ShowAsync("hurried");

        Assert.True(exit == 0, hurried);
        Assert.Contains("deadline   2099-12-24 06:30:00Z", hurried, StringComparison.Ordinal);
        Assert.Contains("\nurgent     ", hurried, StringComparison.Ordinal);
        Assert.DoesNotContain("deadline", plain, StringComparison.Ordinal);
        Assert.DoesNotContain("urgent", plain, StringComparison.Ordinal);
        var record = Assert.IsType<ReleaseVerdict.Accepted>(await JudgeAsync("hurried", 1)).Release;
        Assert.Equal(new DateTimeOffset(2099, 12, 24, 6, 30, 0, TimeSpan.Zero), record.Acknowledged.Deadline);
    }

    [PeerFact]
    public async Task Second_person_signs_what_the_first_has_published()
    {
        var (_, output) = await fixture.PublishAsync("two-people", "--key", fixture["a.key"]);
        Assert.Equal(ReasonCodes.ThresholdNotMet, Assert.IsType<ReleaseVerdict.Rejected>(await JudgeAsync("two-people", 2)).Reason);

        var (exit, signed) = await SignAsync("two-people", PayloadIn(output), "b");

        Assert.True(exit == 0, signed);
        Assert.IsType<ReleaseVerdict.Accepted>(await JudgeAsync("two-people", 2));
    }

    [PeerFact]
    public async Task Second_person_does_not_sign_a_replaced_record()
    {
        var (_, output) = await fixture.PublishAsync("exchanged", "--key", fixture["a.key"]);
        await fixture.PublishAsync("exchanged", "--key", fixture["a.key"], "--allow-destructive");

        var (exit, said) = await SignAsync("exchanged", PayloadIn(output), "b");

        Assert.Equal(ExitCodes.BadInput, exit);
        Assert.Contains("ReleaseChanged", said, StringComparison.Ordinal);
        Assert.IsType<ReleaseVerdict.Rejected>(await JudgeAsync("exchanged", 2));
    }

    [PeerFact]
    public async Task Sequence_counts_up_and_never_down()
    {
        await fixture.PublishAsync("counting", "--key", fixture["a.key"], "--sequence", "7");
        var (exit, output) = await fixture.PublishAsync("counting", "--key", fixture["a.key"], "--sequence", "7");
        var (lower, _) = await fixture.PublishAsync("counting", "--key", fixture["a.key"], "--sequence", "6");
        var (next, _) = await fixture.PublishAsync("counting", "--key", fixture["a.key"]);

        Assert.Equal((ExitCodes.BadInput, ExitCodes.BadInput, ExitCodes.Ok), (exit, lower, next));
        Assert.Contains(ReasonCodes.SequenceReplayed, output, StringComparison.Ordinal);
        Assert.Equal(8, (await JudgeAsync("counting", 1)).Seen!.Sequence);
    }

    [PeerFact]
    public async Task New_epoch_is_above_the_highest_sequence_there_is()
    {
        await fixture.PublishAsync("epochs", "--key", fixture["a.key"], "--sequence", "9007199254740992");
        var seen = (await JudgeAsync("epochs", 1)).Seen!;

        var (exit, output) = await fixture.PublishAsync("epochs", "--key", fixture["a.key"], "--new-epoch");
        var begun = (await JudgeAsync("epochs", 1)).Seen!;
        await fixture.PublishAsync("epochs", "--key", fixture["a.key"]);
        var next = (await JudgeAsync("epochs", 1)).Seen!;

        Assert.True(exit == 0, output);
        Assert.Contains("release 1 of epoch 1", output, StringComparison.Ordinal);
        Assert.True(begun.IsAbove(seen));
        Assert.Equal((1, 2L), (next.Epoch, next.Sequence));
    }

    [PeerFact]
    public async Task Epoch_can_be_given_when_a_stranger_signed_the_current_release_but_not_go_back()
    {
        await fixture.PublishAsync("lost-epochs", "--key", fixture["b.key"], "--sequence", "40");

        var (exit, output) = await fixture.PublishAsync("lost-epochs", "--key", fixture["a.key"], "--epoch", "3");
        var (back, said) = await fixture.PublishAsync("lost-epochs", "--key", fixture["a.key"], "--epoch", "2", "--sequence", "999");

        Assert.True(exit == 0, output);
        Assert.NotEqual(0, back);
        Assert.Contains(ReasonCodes.SequenceReplayed, said, StringComparison.Ordinal);
        Assert.Equal((3, 1L), ((await JudgeAsync("lost-epochs", 1)).Seen!.Epoch, (await JudgeAsync("lost-epochs", 1)).Seen!.Sequence));
    }

    [PeerFact]
    public async Task Sequence_of_a_stranger_is_not_trusted()
    {
        // Who may write to the registry could else have the publisher sign the highest number there is, and so end the channel.
        await fixture.PublishAsync("stranger", "--key", fixture["c.key"], "--sequence", "9007199254740991");

        var (exit, output) = await fixture.PublishAsync("stranger", "--key", fixture["a.key"]);
        var (withKey, _) = await fixture.PublishAsync("stranger", "--key", fixture["a.key"], "--verify-key", fixture["c.pub"]);
        var (told, _) = await fixture.PublishAsync("stranger", "--key", fixture["a.key"], "--sequence", "3");

        Assert.Equal((ExitCodes.BadInput, ExitCodes.Ok, ExitCodes.BadInput), (exit, withKey, told));
        Assert.Contains("CurrentReleaseUnknown", output, StringComparison.Ordinal);
    }

    [PeerTheory]
    [InlineData("--expires", "soon")]
    [InlineData("--expires", "30")]
    [InlineData("--not-before", "2026-12-24 18:00")]
    [InlineData("--selector", "ring in 1")]
    [InlineData("--selector", "=1")]
    [InlineData("--rollback-to", "2.0.3")]
    [InlineData("--sequence", "x")]
    public async Task Argument_that_means_nothing_is_a_usage_error(string option, string value)
    {
        var (exit, output) = await fixture.PublishAsync("usage", "--key", fixture["a.key"], option, value);

        Assert.Equal(ExitCodes.Usage, exit);
        Assert.Contains("Try 'edgesync release publish --help'", output, StringComparison.Ordinal);
        Assert.Null(await fixture.Registry.FindManifestAsync(fixture.Channels.Repository, "usage", CancellationToken.None));
    }

    [PeerTheory]
    [InlineData("--sequence", "0")]
    [InlineData("--expires", "2020-01-01T00:00:00Z")]
    [InlineData("--minimum-agent", "latest")]
    [InlineData("--name", "../shop")]
    public async Task Release_that_no_site_would_follow_is_not_signed(string option, string value)
    {
        var (exit, output) = await fixture.PublishAsync("refused", "--key", fixture["a.key"], option, value);

        Assert.Equal(ExitCodes.BadInput, exit);
        Assert.Contains(ReasonCodes.ReleaseMalformed, output, StringComparison.Ordinal);
        Assert.Null(await fixture.Registry.FindManifestAsync(fixture.Channels.Repository, "refused", CancellationToken.None));
    }

    [PeerFact]
    public async Task Missing_bundle_is_not_released()
    {
        var missing = fixture.Bundle.WithDigest(Primitives.Digest.Of("nothing"u8));

        var (exit, _) = await RunAsync(
            "release", "publish", fixture.Channels.ToString(), "--plain-http", "--channel", "missing", "--bundle", missing.ToString(),
            "--name", "shop", "--version", "1", "--key", fixture["a.key"]);

        Assert.NotEqual(0, exit);
        Assert.Null(await fixture.Registry.FindManifestAsync(fixture.Channels.Repository, "missing", CancellationToken.None));
    }

    [PeerFact]
    public async Task Show_names_the_signers_and_exits_with_77_for_a_stranger()
    {
        await fixture.PublishAsync("shown", "--key", fixture["a.key"]);

        var known = await ShowAsync("shown", "--verify-key", fixture["a.pub"], "--verify-key", fixture["b.pub"]);
        var unknown = await ShowAsync("shown", "--verify-key", fixture["b.pub"]);
        var none = await ShowAsync("nothing-here");

        Assert.Equal((0, ExitCodes.NotTrusted, ExitCodes.NotFound), (known.ExitCode, unknown.ExitCode, none.ExitCode));
        Assert.Contains("release 1 of channel 'shown': shop 2.1.0", known.Output, StringComparison.Ordinal);
        Assert.Contains("a.pub", known.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("b.pub", known.Output, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Tag_of_something_else_is_not_overwritten()
    {
        await fixture.PushBundleAsync("9.9.9", fixture.Channels.Repository);

        var (exit, output) = await fixture.PublishAsync("v", "--key", fixture["a.key"], "--sequence", "1");

        Assert.Equal(ExitCodes.BadInput, exit);
        Assert.Contains("ChannelTagTaken", output, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Signer_signs_once_with_each_key_and_a_site_trusts_it()
    {
        var bundle = await fixture.PushBundleAsync("3.0.0", "retail/signed");
        var signer = new BundleSigner(fixture.Registry);
        var news = new List<bool>();
        foreach (var name in new[] { "a", "b", "a" })
        {
            using var key = await SigningKeyFile.LoadAsync(fixture[name + ".key"], null, CancellationToken.None);
            news.Add((await signer.SignAsync(bundle, key, CancellationToken.None)).IsNew);
        }

        var found = await fixture.FetchSignaturesAsync(bundle, CosignSignatures.TagOf(bundle.Digest!.Value));
        var verdict = BundleVerifier.Verify(
            new Descriptor { MediaType = MediaTypes.ImageIndex, Digest = bundle.Digest.Value, Size = 1 }, [found], await PolicyAsync(2), TrustPlace.Unknown, TimeProvider.System.GetUtcNow());

        Assert.Equal([true, true, false], news);
        Assert.IsType<BundleVerdict.Trusted>(verdict);
    }

    [PeerFact]
    public async Task Bundle_sign_signs_with_every_key_that_is_given()
    {
        var bundle = await fixture.PushBundleAsync("3.1.0", "retail/signed-by-verb");

        var exit = await BundleSignCommand.Create()
            .Parse([bundle.ToString(), "--plain-http", "--key", fixture["a.key"], "--key", fixture["b.key"]]).InvokeAsync();

        Assert.Equal(ExitCodes.Ok, exit);
        var found = await fixture.FetchSignaturesAsync(bundle, CosignSignatures.TagOf(bundle.Digest!.Value));
        Assert.IsType<BundleVerdict.Trusted>(BundleVerifier.Verify(
            new Descriptor { MediaType = MediaTypes.ImageIndex, Digest = bundle.Digest.Value, Size = 1 }, [found], await PolicyAsync(2), TrustPlace.Unknown, TimeProvider.System.GetUtcNow()));
    }

    [PeerFact]
    public async Task Key_new_makes_a_pair_once()
    {
        var (exit, output) = await RunAsync("key", "new", "--output-prefix", fixture["made"]);
        var (again, refused) = await RunAsync("key", "new", "--output-prefix", fixture["made"]);
        var (shown, id) = await RunAsync("key", "show", fixture["made.pub"]);

        Assert.Equal((0, 1, 0), (exit, again, shown));
        Assert.Contains("not encrypted", output, StringComparison.Ordinal);
        Assert.Contains("AlreadyExists", refused, StringComparison.Ordinal);
        Assert.Contains(id[..71], output, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output)> SignAsync(string channel, string payload, string key) => RunAsync(
        "release", "sign", fixture.Channels.ToString(), "--plain-http", "--channel", channel, "--payload", payload, "--key", fixture[key + ".key"]);

    private Task<(int ExitCode, string Output)> ShowAsync(string channel, params string[] more) =>
        RunAsync(["release", "show", fixture.Channels.ToString(), "--plain-http", "--channel", channel, .. more]);

    private Task<TrustPolicy> PolicyAsync(int threshold) => TrustPolicy.LoadAsync(
        new TrustPolicyFiles([fixture["a.pub"], fixture["b.pub"]], threshold, [fixture["a.pub"], fixture["b.pub"]], threshold), CancellationToken.None);

    private async Task<ReleaseVerdict> JudgeAsync(string channel, int threshold)
    {
        var manifest = await fixture.Registry.FindManifestAsync(fixture.Channels.Repository, channel, CancellationToken.None);
        Assert.Equal(ReleaseRecord.MediaType, manifest!.Content.ArtifactType);
        Assert.True(ReleaseArtifact.TryFindEnvelope(manifest.Bytes, out var layer, out var problem), problem);
        var envelope = await fixture.Registry.GetBlobAsync(fixture.Channels.Repository, layer, 1 << 20, CancellationToken.None);
        var site = new ReleaseExpectation { Channel = channel, SiteLabels = Labels, Now = TimeProvider.System.GetUtcNow(), AgentVersion = "0.1.0" };
        return ReleaseVerifier.Verify(new SignedRelease(envelope), site, await PolicyAsync(threshold));
    }
}

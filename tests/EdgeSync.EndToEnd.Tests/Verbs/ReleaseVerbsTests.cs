using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Peers;

namespace EdgeSync.EndToEnd.Tests.Verbs;

/// <summary>Keys and release records, by the verbs of the binary and a real registry.</summary>
public sealed class ReleaseVerbsTests(PublisherFixture fixture) : IClassFixture<PublisherFixture>
{
    [PeerFact]
    public async Task A_release_signed_by_two_people_one_after_the_other_is_shown_with_both()
    {
        var repository = $"{fixture.Registry.Address}/two/releases";
        var published = await PublishAsync(repository, fixture.Delivery.ReleaseKeys[0]);
        Verb.AssertEnded(ExitCodes.Ok, published, "published release 1 of channel 'stable'", "signatures 1");
        var payload = Regex.Match(published.Output, "payload +(sha256:[0-9a-f]{64})").Groups[1].Value;

        var signed = await PublisherFixture.RunAsync(
            "release", "sign", repository, "--channel", "stable", "--payload", payload, "--key", fixture.Delivery.ReleaseKeys[1], "--plain-http");
        Verb.AssertEnded(ExitCodes.Ok, signed, "signatures 2", payload);

        var shown = await ShowAsync(repository, fixture.Delivery.ReleasePublicKeys);
        Verb.AssertEnded(ExitCodes.Ok, shown, "current release 1 of channel 'stable': shop 1.0.0", payload, "signatures 2");
        Assert.Equal(2, shown.Output.Split('\n').Count(line => line.StartsWith("signed by ", StringComparison.Ordinal)));
        var raw = await PublisherFixture.RunAsync("release", "show", repository, "--channel", "stable", "--payload-only", "--plain-http");
        Assert.Equal(1, (long)JsonNode.Parse(raw.Output)!["sequence"]!);
    }

    [PeerFact]
    public async Task Several_keys_sign_at_once_and_the_next_release_has_the_next_number()
    {
        var repository = $"{fixture.Registry.Address}/next/releases";
        Verb.AssertEnded(ExitCodes.Ok, await PublishAsync(repository, [.. fixture.Delivery.ReleaseKeys, fixture.Delivery.BuildKey]), "release 1 ", "signatures 3");

        Verb.AssertEnded(ExitCodes.Ok, await PublishAsync(repository, [.. fixture.Delivery.ReleaseKeys]), "release 2 ", "signatures 2");
    }

    [PeerFact]
    public async Task Show_ends_with_77_where_none_of_the_given_keys_has_signed()
    {
        var repository = $"{fixture.Registry.Address}/foreign/releases";
        Verb.AssertEnded(ExitCodes.Ok, await PublishAsync(repository, fixture.Delivery.ReleaseKeys[0]));

        Verb.AssertEnded(ExitCodes.NotTrusted, await ShowAsync(repository, [fixture.Delivery.ReleasePublicKeys[1]]), "error: ", "ThresholdNotMet");
        Verb.AssertEnded(ExitCodes.Ok, await ShowAsync(repository, []), "not verified: ");
    }

    [PeerFact]
    public async Task A_new_key_is_for_its_owner_only_and_never_written_over_another()
    {
        var prefix = fixture.NewPath("key");
        Verb.AssertEnded(ExitCodes.Ok, await PublisherFixture.RunAsync("key", "new", "--output-prefix", prefix), $"{prefix}.key", $"{prefix}.pub");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode($"{prefix}.key"));
        var before = await File.ReadAllTextAsync($"{prefix}.key");

        var second = await PublisherFixture.RunAsync("key", "new", "--output-prefix", prefix);

        Verb.AssertFailed(ExitCodes.Failure, second, $"{prefix}.key", "AlreadyExists", "hint:  ");
        Assert.Equal(before, await File.ReadAllTextAsync($"{prefix}.key"));
    }

    [PeerFact]
    public async Task Bad_input_has_its_exit_code_and_publishes_nothing()
    {
        var repository = $"{fixture.Registry.Address}/bad/releases";
        var missing = fixture.NewPath("missing.key");
        var noKey = await fixture.WriteSourceAsync();

        Verb.AssertFailed(ExitCodes.BadInput, await PublishAsync(repository, missing), missing);
        Verb.AssertFailed(ExitCodes.BadInput, await PublishAsync(repository, Path.Combine(noKey, "bundle.yaml")), "bundle.yaml");
        Verb.AssertFailed(ExitCodes.BadInput, await PublishAsync(repository, fixture.Delivery.ReleasePublicKeys[0]), "release-a.pub");
        Verb.AssertFailed(ExitCodes.Usage, await PublishAsync(repository, fixture.Delivery.ReleaseKeys[0], "--expires", "yesterday"), "yesterday");
        Verb.AssertFailed(ExitCodes.Usage, await PublishAsync(repository, fixture.Delivery.ReleaseKeys[0], "--chanel", "x"), "--chanel", "edgesync release publish --help");
        Verb.AssertFailed(ExitCodes.NotFound, await ShowAsync(repository, []), "ChannelEmpty", $"{repository}:stable");
        Verb.AssertFailed(
            ExitCodes.NotFound,
            await PublisherFixture.RunAsync(
                "release", "publish", repository, "--channel", "stable", "--plain-http", "--key", fixture.Delivery.ReleaseKeys[0],
                "--bundle", $"{fixture.Delivery.BundleRepository}@sha256:{new string('a', 64)}"),
            "NotFound", "Check the repository's name");
        Verb.AssertFailed(ExitCodes.NotFound, await ShowAsync(repository, []), "ChannelEmpty");
        Verb.AssertFailed(ExitCodes.Unavailable, await PublishAsync("127.0.0.1:1/bad/releases", fixture.Delivery.ReleaseKeys[0]), "127.0.0.1:1");
    }

    private Task<ToolResult> PublishAsync(string repository, string key, params string[] more) => PublishAsync(repository, [key], more);

    private Task<ToolResult> PublishAsync(string repository, string[] keys, params string[] more) => PublisherFixture.RunAsync(
        [
            "release", "publish", repository, "--channel", "stable", "--plain-http", "--name", "shop", "--version", "1.0.0",
            "--bundle", fixture.Bundle, .. keys.SelectMany(key => new[] { "--key", key }), .. more,
        ]);

    private static Task<ToolResult> ShowAsync(string repository, IReadOnlyList<string> keys) => PublisherFixture.RunAsync(
        ["release", "show", repository, "--channel", "stable", "--plain-http", .. keys.SelectMany(key => new[] { "--verify-key", key })]);
}

using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Signing.Tests.Releases;

public sealed class RunningBundleTests
{
    private static readonly ReleaseRecord Release = new()
    {
        Channel = "stable",
        Sequence = 7,
        Bundle = new BundleRevision { Name = "shop", Version = "1", Repository = "registry.example.com/shop", Digest = Digest.Of("bundle"u8) },
        IssuedAt = DateTimeOffset.UnixEpoch,
        ExpiresAt = DateTimeOffset.UnixEpoch.AddDays(30),
    };

    private static readonly byte[] Payload = JsonSerializer.SerializeToUtf8Bytes(Release, ContractsJsonContext.Default.ReleaseRecord);

    [Fact]
    public void AcceptRunning_PayloadThatTheSiteStored_IsAcceptedForAnySigner()
    {
        using var unknown = SigningKey.Create("unknown");
        var envelope = DsseSigner.Sign(ReleaseRecord.MediaType, Payload, [unknown]).ToBytes();

        var running = ReleaseVerifier.AcceptRunning(envelope, Digest.Of(Payload));

        Assert.Equal((7L, Release.Bundle.Digest), (running?.Release.Sequence, running?.Revision.Digest));
    }

    [Fact]
    public void AcceptRunning_AnotherPayload_IsRefused()
    {
        using var unknown = SigningKey.Create("unknown");
        var envelope = DsseSigner.Sign(ReleaseRecord.MediaType, Payload, [unknown]).ToBytes();

        Assert.Null(ReleaseVerifier.AcceptRunning(envelope, Digest.Of("another"u8)));
    }

    [Fact]
    public void AcceptRunning_NoEnvelope_IsRefused() => Assert.Null(ReleaseVerifier.AcceptRunning("junk"u8.ToArray(), Digest.Of("junk"u8)));
}

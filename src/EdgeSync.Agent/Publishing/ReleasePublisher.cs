using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Releases;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Agent.Publishing;

/// <summary>
/// Makes and signs the release records of one channel. It trusts the record in the registry only if a known key has signed it; otherwise anyone who can
/// write there could choose the next sequence.
/// </summary>
internal sealed class ReleasePublisher(RegistryClient channelRegistry, RegistryClient bundleRegistry, OciReference repository, TimeProvider time)
{
    private const string TitleAnnotation = "org.opencontainers.image.title";
    private const string VersionAnnotation = "org.opencontainers.image.version";

    /// <summary>Makes, signs and pushes a record. <paramref name="known"/> are further keys whose signature on the current record counts.</summary>
    public async Task<PublishedRelease> PublishAsync(
        ReleaseDraft draft, IReadOnlyList<SigningKey> keys, IReadOnlyList<VerificationKey> known, CancellationToken cancellationToken)
    {
        var tag = new ChannelTag(channelRegistry, repository, draft.Channel);
        var current = await tag.ReadAsync(cancellationToken);
        var (epoch, sequence) = ChooseNumber(draft, current, [.. keys.Select(key => key.PublicKey), .. known]);
        var record = Compose(draft, epoch, sequence, await DescribeBundleAsync(draft, cancellationToken));
        var payload = JsonSerializer.SerializeToUtf8Bytes(record, ContractsJsonContext.Default.ReleaseRecord);
        if (!ReleaseRecordReader.TryRead(payload, out _, out var problem))
        {
            throw new PublishException(ReasonCodes.ReleaseMalformed, $"no site would follow this release: {problem}");
        }

        var envelope = DsseSigner.Sign(ReleaseRecord.MediaType, payload, keys);
        return new PublishedRelease(record, Digest.Of(payload), await tag.WriteAsync(envelope, cancellationToken), envelope.Signatures.Count);
    }

    /// <summary>
    /// Adds signatures to the current record if it has this payload digest, so that nobody signs a record that was replaced in the meantime.
    /// </summary>
    public async Task<PublishedRelease> AddSignaturesAsync(
        string channel, Digest payload, IReadOnlyList<SigningKey> keys, CancellationToken cancellationToken)
    {
        var tag = new ChannelTag(channelRegistry, repository, channel);
        var envelope = await tag.ReadAsync(cancellationToken) ?? throw NoRelease(tag);
        var found = Digest.Of(envelope.Payload.Span);
        if (found != payload || envelope.PayloadType != ReleaseRecord.MediaType)
        {
            throw new PublishException("ReleaseChanged", $"the release on channel '{channel}' has the payload {found}, not {payload}")
            {
                Subject = tag.Reference.ToString(),
                Hint = "Look at it with 'edgesync release show' before you sign it.",
            };
        }

        if (!ReleaseRecordReader.TryRead(envelope.Payload.Span, out var record, out var problem))
        {
            throw new PublishException(ReasonCodes.ReleaseMalformed, $"no site would follow this release: {problem}");
        }

        var signed = keys.Aggregate(envelope, DsseSigner.Add);
        var reference = await tag.WriteAsync(signed, cancellationToken);
        return new PublishedRelease(record, found, reference, signed.Signatures.Count);
    }

    private static (int Epoch, long Sequence) ChooseNumber(ReleaseDraft draft, DsseEnvelope? current, IReadOnlyList<VerificationKey> known)
    {
        if (current is null)
        {
            return (draft.Epoch ?? (draft.NewEpoch ? 1 : 0), draft.Sequence ?? 1);
        }

        var isKnown = DsseVerifier.Verify(current.ToBytes(), ReleaseRecord.MediaType, known, threshold: 1) is DsseVerdict.Valid;
        if (!isKnown || !ReleaseRecordReader.TryRead(current.Payload.Span, out var record, out _))
        {
            // Nothing of it is trusted; a new epoch begins with its first sequence.
            return draft.Sequence is { } given ? (draft.Epoch ?? 0, given)
                : draft.Epoch is { } begun ? (begun, 1)
                : throw new PublishException(
                    "CurrentReleaseUnknown", $"the current release on channel '{draft.Channel}' is signed by none of the given keys")
                {
                    Hint = "Give the public key of its signer with --verify-key, or say which --sequence or which --epoch this release has.",
                };
        }

        var now = new SeenRelease(record.Sequence, default, record.Epoch);
        var epoch = draft.Epoch ?? (draft.NewEpoch ? record.Epoch + 1 : record.Epoch);
        var next = new SeenRelease(draft.Sequence ?? (epoch > record.Epoch ? 1 : record.Sequence + 1), default, epoch);
        return next.IsAbove(now)
            ? (next.Epoch, next.Sequence)
            : throw new PublishException(
                ReasonCodes.SequenceReplayed, $"channel '{draft.Channel}' is at sequence {now.Describe()}; {next.Describe()} would be refused by every site")
            {
                Hint = "Leave out --sequence to take the next one; to go back, publish the older bundle as a new release.",
            };
    }

    private ReleaseRecord Compose(ReleaseDraft draft, int epoch, long sequence, BundleRevision bundle)
    {
        // Whole seconds are precise enough and easier to read.
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        return new ReleaseRecord
        {
            Channel = draft.Channel,
            Epoch = epoch,
            Sequence = sequence,
            Bundle = bundle,
            Sites = draft.Sites,
            IssuedAt = now,
            ExpiresAt = draft.Expires.From(now),
            NotBefore = draft.NotBefore?.From(now),
            Deadline = draft.Deadline?.From(now),
            AllowDestructive = draft.AllowDestructive,
            AllowPrune = draft.AllowPrune,
            RetryFailed = draft.RetryFailed,
            Urgent = draft.Urgent,
            Values = draft.Values,
            Rollback = draft.Rollback,
            MinimumAgent = draft.MinimumAgent,
        };
    }

    // The bundle is requested even if its name is given, because a release is useless when nobody can fetch its bundle.
    private async Task<BundleRevision> DescribeBundleAsync(ReleaseDraft draft, CancellationToken cancellationToken)
    {
        var digest = draft.Bundle.Digest!.Value;
        var manifest = await bundleRegistry.GetManifestAsync(draft.Bundle.Repository, digest, cancellationToken);
        return new BundleRevision
        {
            Name = draft.Name ?? Annotation(manifest.Content, TitleAnnotation, "--name", draft.Bundle),
            Version = draft.Version ?? Annotation(manifest.Content, VersionAnnotation, "--version", draft.Bundle),
            Repository = draft.Bundle.Name,
            Digest = digest,
        };
    }

    private static string Annotation(OciManifest manifest, string key, string option, OciReference bundle) =>
        manifest.Annotations?.GetValueOrDefault(key) ?? throw new PublishException("BundleUnnamed", $"the bundle '{bundle}' has no annotation '{key}'")
        {
            Subject = bundle.ToString(),
            Hint = $"Say it with {option}.",
        };

    private static PublishException NoRelease(ChannelTag tag) => new("ChannelEmpty", $"there is no release at '{tag.Reference}'")
    {
        Subject = tag.Reference.ToString(),
    };
}

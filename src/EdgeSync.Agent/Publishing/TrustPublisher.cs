using EdgeSync.Contracts.Trust;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Roots;

namespace EdgeSync.Agent.Publishing;

/// <summary>Adds roots and revocations to a repository, if the sites that follow it would accept them.</summary>
internal sealed class TrustPublisher(RegistryClient registry, OciReference repository)
{
    /// <summary>Publishes these envelopes and keeps those that are published already. Returns the newest state and the reference of the pushed artifact.</summary>
    public async Task<(TrustState State, OciReference Reference)> PublishAsync(IReadOnlyList<TrustEnvelope> envelopes, CancellationToken cancellationToken)
    {
        var state = await ReadAsync(cancellationToken);
        foreach (var envelope in envelopes.OrderBy(e => e.Kind).ThenBy(e => e.Number))
        {
            state = envelope.Kind == TrustEnvelopeKind.Root ? AddRoot(state, envelope) : AddList(state, envelope);
        }

        var artifact = TrustArtifact.Build(state!.Chain, state.Revocations);
        foreach (var blob in artifact.Blobs)
        {
            await registry.PushBlobAsync(repository.Repository, blob.Descriptor.MediaType, blob.Content, cancellationToken);
        }

        var pushed = await registry.PushManifestAsync(
            repository.Repository, TrustArtifact.Tag, MediaTypes.ImageManifest, artifact.Manifest, cancellationToken);
        return (state, repository.WithTag(TrustArtifact.Tag).WithDigest(pushed.Descriptor.Digest));
    }

    private static TrustState AddRoot(TrustState? state, TrustEnvelope envelope)
    {
        var verdict = state is null
            ? TrustChain.Begin(envelope.Bytes, FleetOf(envelope))
            : state.Chain.Append(envelope.Bytes, state.Revocations?.Keys ?? new HashSet<Digest>());
        return verdict switch
        {
            RootVerdict.Accepted accepted => new TrustState(accepted.Chain, state?.Revocations),
            RootVerdict.Known => state!,
            RootVerdict.Rejected rejected => throw Refused(rejected.Fault),
            _ => throw new InvalidOperationException("a root is accepted, known or rejected"),
        };
    }

    private static TrustState AddList(TrustState? state, TrustEnvelope envelope)
    {
        if (state is null)
        {
            throw Refused(new RootFault(
                TrustReasons.RevocationsAhead, "there is no trust root there, and a list of revocations counts by one only", "Publish the trust root first, or with it."));
        }

        return RevocationVerifier.Verify(envelope.Bytes, state.Chain, state.Revocations) switch
        {
            RevocationVerdict.Accepted accepted => new TrustState(state.Chain, accepted.Revocations),
            RevocationVerdict.Known => state,
            RevocationVerdict.Rejected rejected => throw Refused(rejected.Fault),
            _ => throw new InvalidOperationException("a list is accepted, known or rejected"),
        };
    }

    private async Task<TrustState?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await registry.FindManifestAsync(repository.Repository, TrustArtifact.Tag, cancellationToken) is not { } manifest)
        {
            return null;
        }

        if (!TrustArtifact.TryRead(manifest.Bytes, out var listing, out var problem))
        {
            throw Taken(problem);
        }

        TrustState? state = null;
        foreach (var version in listing.Roots.Keys.Order())
        {
            var bytes = await BringAsync(listing.Roots[version], cancellationToken);
            state = AddRoot(state, new TrustEnvelope(TrustEnvelopeKind.Root, version, bytes));
        }

        return listing.Revocations is { } list && state is not null
            ? new TrustState(
                state.Chain,
                RevocationVerifier.VerifyStored(await BringAsync(list, cancellationToken), state.Chain) ?? throw Taken("its list of revocations has no valid signatures"))
            : state;
    }

    private Task<byte[]> BringAsync(Descriptor envelope, CancellationToken cancellationToken) =>
        registry.GetBlobAsync(repository.Repository, envelope, DsseEnvelope.MaxBytes, cancellationToken);

    private static string FleetOf(TrustEnvelope envelope) =>
        DsseEnvelope.TryParse(envelope.Bytes.Span, out var parsed, out _) && TrustRootReader.TryRead(parsed.Payload.Span, out var root, out _)
            ? root.Record.Fleet
            : "-";

    private static PublishException Refused(RootFault fault) => new(fault.Reason, $"no site would follow it: {fault.Message}") { Hint = fault.Hint };

    private PublishException Taken(string problem) => new("TrustTagTaken", $"'{repository.WithTag(TrustArtifact.Tag)}' is no trust: {problem}")
    {
        Subject = repository.ToString(),
        Hint = "Choose another repository, or remove the tag.",
    };
}

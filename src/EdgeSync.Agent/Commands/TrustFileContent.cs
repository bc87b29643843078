using EdgeSync.Contracts.Trust;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Roots;

namespace EdgeSync.Agent.Commands;

/// <summary>A file of the trust verbs: a root or a list, as a draft or with signatures. Its content is consistent; its signatures are not verified.</summary>
/// <param name="Payload">The bytes that are or will be signed.</param>
/// <param name="Envelope">The envelope; null for a draft.</param>
/// <param name="Root">The root; null for a list.</param>
/// <param name="List">The list; null for a root.</param>
internal sealed record TrustFileContent(ReadOnlyMemory<byte> Payload, DsseEnvelope? Envelope, TrustRoot? Root, RevocationRecord? List)
{
    public string PayloadType => Root is null ? RevocationRecord.MediaType : TrustRootRecord.MediaType;

    public static async Task<TrustFileContent> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await TrustCommand.ReadAsync(path, cancellationToken);
        var payload = DsseEnvelope.TryParse(bytes, out var envelope, out _) ? envelope.Payload : bytes;
        if (envelope?.PayloadType is not RevocationRecord.MediaType && TrustRootReader.TryRead(payload.Span, out var root, out var fault))
        {
            return new TrustFileContent(payload, envelope, root, null);
        }
        else if (envelope?.PayloadType is not TrustRootRecord.MediaType && RevocationReader.TryRead(payload.Span, out var list, out var problem))
        {
            return new TrustFileContent(payload, envelope, null, list);
        }
        else
        {
            var isList = envelope?.PayloadType == RevocationRecord.MediaType || payload.Span.IndexOf("edgesync.dev/revocations/"u8) >= 0;
            _ = RevocationReader.TryRead(payload.Span, out _, out var listProblem);
            _ = TrustRootReader.TryRead(payload.Span, out _, out var rootFault);
            throw TrustCommand.Invalid(
                $"'{path}' is neither a trust root nor a list of revocations: {(isList ? listProblem : rootFault?.Message)}",
                "Make one with 'edgesync trust new' or 'edgesync trust revoke'.");
        }
    }
}

using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Sigstore.Bundles;
using EdgeSync.Signing.Sigstore.Roots;

namespace EdgeSync.SigstoreConformance;

/// <summary>Answers the suite: every check on the output, and the exit code.</summary>
internal static class VerifyBundle
{
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        if (!VerifyRequest.TryParse(args, out var request))
        {
            await errors.WriteLineAsync(VerifyRequest.Usage);
            return ExitCodes.Usage;
        }

        try
        {
            var bytes = Read(request.Bundle, SigstoreBundle.MaxBytes);
            if (!SigstoreBundle.TryParse(bytes, out var bundle, out var problem))
            {
                await errors.WriteLineAsync($"not trusted: {problem}");
                return ExitCodes.NotTrusted;
            }

            return await ReportAsync(await VerifyAsync(request, bundle, cancellationToken), output, errors);
        }
        catch (Exception failure) when (failure is EdgeSyncException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            await errors.WriteLineAsync($"failed: {failure.Message}");
            return ExitCodes.BadInput;
        }
    }

    private static async Task<SigstoreVerdict> VerifyAsync(VerifyRequest request, SigstoreBundle bundle, CancellationToken cancellationToken)
    {
        var root = TrustedRoot.Parse(await ReadRootAsync(request.TrustedRoot, cancellationToken), request.TrustedRoot ?? "the public instance's");
        var subject = await ReadSubjectAsync(request.Artifact, cancellationToken);
        if (request.Key is { } path)
        {
            var key = await VerificationKeyFile.LoadAsync(path, cancellationToken);
            return SigstoreVerifier.Verify(bundle, subject, key, root, SigstoreRequirements.Default);
        }

        var identity = new SigstoreIdentity(IdentityPattern.Exactly(request.Identity!), IdentityPattern.Exactly(request.Issuer!));
        return SigstoreVerifier.Verify(bundle, subject, identity, root, SigstoreRequirements.Default);
    }

    // A path on disk wins over a digest, as the suite's protocol says.
    private static async Task<SigstoreSubject> ReadSubjectAsync(string artifact, CancellationToken cancellationToken)
    {
        if (File.Exists(artifact))
        {
            return SigstoreSubject.OfContent(await File.ReadAllBytesAsync(artifact, cancellationToken));
        }

        return Digest.TryParse(artifact, out var digest)
            ? SigstoreSubject.OfDigest(digest)
            : throw new IOException($"'{artifact}' is no file, and no digest (sha256: and 64 hexadecimal digits in lower case)");
    }

    private static byte[] Read(string path, int maxBytes) => BoundedFile.Read(path, maxBytes, out var problem) ?? throw new IOException(problem);

    // Without a root of its own a case means the public instance, of which a client is to know the root; this copy is from its TUF repository.
    private static async Task<byte[]> ReadRootAsync(string? path, CancellationToken cancellationToken)
    {
        if (path is not null)
        {
            return Read(path, TrustedRoot.MaxBytes);
        }

        await using var resource = typeof(VerifyBundle).Assembly.GetManifestResourceStream("trusted_root.json")
            ?? throw new InvalidOperationException("the build embeds trusted_root.json");
        var content = new MemoryStream();
        await resource.CopyToAsync(content, cancellationToken);
        return content.ToArray();
    }

    private static async Task<int> ReportAsync(SigstoreVerdict verdict, TextWriter output, TextWriter errors)
    {
        foreach (var check in verdict.Checks)
        {
            await output.WriteLineAsync($"{check.Outcome,-10} {check.Kind}: {check.Evidence}");
        }

        if (verdict is SigstoreVerdict.Untrusted untrusted)
        {
            await errors.WriteLineAsync($"not trusted: {untrusted.Failure.Evidence}");
            return ExitCodes.NotTrusted;
        }

        return ExitCodes.Ok;
    }
}

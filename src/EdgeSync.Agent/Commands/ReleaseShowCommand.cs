using System.CommandLine;
using System.Text;
using EdgeSync.Agent.Publishing;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync release show</c>: shows the current release of a channel and who signed it.</summary>
internal static class ReleaseShowCommand
{
    public static Command Create()
    {
        var repository = ReferenceArgument.CreateRepository("The repository that holds the channels.");
        var channel = ReleaseCommand.Channel();
        var known = ReleaseCommand.VerifyKeys("A public key; with one or more, a release that none of them signed ends with exit code 77.");
        var raw = new Option<bool>("--payload-only") { Description = "Print the signed bytes and nothing else." };
        var registry = new RegistryArguments();
        var command = new Command("show", "Show the current release of a channel.") { repository, channel, known, raw };
        registry.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var target = parsed.GetRequiredValue(repository);
            var keys = new List<VerificationKey>();
            foreach (var path in parsed.GetValue(known)!)
            {
                keys.Add(await VerificationKeyFile.LoadAsync(path, cancellationToken));
            }

            using var client = await registry.ConnectAsync(parsed, target.Registry, cancellationToken);
            var tag = new ChannelTag(client, target, parsed.GetRequiredValue(channel));
            var envelope = await tag.ReadAsync(cancellationToken)
                ?? throw new PublishException("ChannelEmpty", $"there is no release at '{tag.Reference}'") { Subject = tag.Reference.ToString(), ExitCode = ExitCodes.NotFound };
            return parsed.GetValue(raw) ? PrintPayload(envelope) : Print(envelope, tag, keys);
        });
        return command;
    }

    private static int PrintPayload(DsseEnvelope envelope)
    {
        Console.WriteLine(Encoding.UTF8.GetString(envelope.Payload.Span));
        return ExitCodes.Ok;
    }

    private static int Print(DsseEnvelope envelope, ChannelTag tag, List<VerificationKey> keys)
    {
        if (!ReleaseRecordReader.TryRead(envelope.Payload.Span, out var record, out var problem))
        {
            throw new PublishException(ReasonCodes.ReleaseMalformed, $"the release at '{tag.Reference}' cannot be followed: {problem}");
        }

        ReleaseCommand.Print(
            new PublishedRelease(record, Digest.Of(envelope.Payload.Span), tag.Reference, envelope.Signatures.Count), "current");
        if (keys.Count == 0)
        {
            Console.WriteLine("not verified: name public keys with --verify-key");
            return ExitCodes.Ok;
        }

        var verdict = DsseVerifier.Verify(envelope.ToBytes(), ReleaseRecord.MediaType, keys, threshold: 1);
        foreach (var key in (verdict as DsseVerdict.Valid)?.Keys ?? [])
        {
            Console.WriteLine($"signed by  {key}");
        }

        return verdict is DsseVerdict.Valid
            ? ExitCodes.Ok
            : throw new PublishException(ReasonCodes.ThresholdNotMet, $"none of the given keys has signed the release at '{tag.Reference}'")
            {
                ExitCode = ExitCodes.NotTrusted,
            };
    }
}
